-- fact_campus: one row per expected school and campus; the whole school where it names no campus.
-- Purpose: rules that hold for each campus. A school that names none although it has several, or says neither how many
-- nor which, or whose row was kept out, has campuses of unknown size. The one campus of a school that has one is the
-- school: what its row leaves blank is told by the profile.
SELECT
    school.school_code,
    coalesce(campus.campus_code, campus.campus_name) AS campus,
    campus.campus_name,
    greatest(count(campus.submission_no) OVER (PARTITION BY school.school_code), 1) AS listed_count,
    CASE
        WHEN coalesce(sheet.lost_row_count, 0) > 0 OR listed_count > 1 THEN false
        WHEN campus.submission_no IS NOT NULL THEN coalesce(school.campus_count = 1, false)
        WHEN school.campus_count IS NOT NULL THEN school.campus_count <= 1
        ELSE sheet.table_name IS NOT NULL AND NOT list_contains(school.invalid_profile_fields, 'campus_count')
    END AS is_whole_school,
    coalesce(campus.invalid_fields, []) AS unread_fields,
    CASE WHEN is_whole_school AND NOT list_contains(unread_fields, 'student_count')
        THEN coalesce(campus.student_count, school.student_count) ELSE campus.student_count END AS campus_student_count,
    CASE WHEN is_whole_school AND NOT list_contains(unread_fields, 'staff_count')
        THEN coalesce(campus.staff_count, school.staff_count) ELSE campus.staff_count END AS campus_staff_count,
    CASE WHEN is_whole_school AND NOT list_contains(unread_fields, 'boarder_count')
        THEN coalesce(campus.boarder_count, school.boarder_count) ELSE campus.boarder_count END AS campus_boarder_count,
    campus_student_count + campus_staff_count AS campus_headcount
FROM fact_school AS school
LEFT JOIN core_campuses AS campus USING (submission_no)
LEFT JOIN fact_sheet AS sheet
    ON sheet.school_code = school.school_code AND sheet.month = school.point_month AND sheet.table_name = 'campuses'
ORDER BY school.school_code, campus.row_no
