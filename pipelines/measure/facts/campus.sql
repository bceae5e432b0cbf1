-- fact_campus: one row per expected school and campus; the whole school where it names no campus.
-- Purpose: rules that hold for each campus. A school that names none although it has several, or whose row was kept
-- out, has campuses of unknown size.
SELECT
    school.school_code,
    coalesce(campus.campus_code, campus.campus_name) AS campus,
    campus.campus_name,
    greatest(count(campus.submission_no) OVER (PARTITION BY school.school_code), 1) AS listed_count,
    campus.submission_no IS NULL
        AND coalesce(school.campus_count, 1) <= 1
        AND NOT list_contains(school.invalid_profile_fields, 'campus_count')
        AND coalesce(sheet.lost_row_count, 0) = 0 AS is_whole_school,
    CASE WHEN is_whole_school THEN school.student_count ELSE campus.student_count END AS campus_student_count,
    CASE WHEN is_whole_school THEN school.staff_count ELSE campus.staff_count END AS campus_staff_count,
    CASE WHEN is_whole_school THEN school.boarder_count ELSE campus.boarder_count END AS campus_boarder_count,
    campus_student_count + campus_staff_count AS campus_headcount
FROM fact_school AS school
LEFT JOIN core_campuses AS campus USING (submission_no)
LEFT JOIN fact_sheet AS sheet
    ON sheet.school_code = school.school_code AND sheet.month = school.point_month AND sheet.table_name = 'campuses'
ORDER BY school.school_code, campus.row_no
