-- fact_campus: one row per expected school and campus; the whole school where it names no campus.
-- Purpose: rules that hold for each campus.
SELECT
    school.school_code,
    coalesce(campus.campus_code, campus.campus_name) AS campus,
    campus.campus_name,
    greatest(count(campus.submission_no) OVER (PARTITION BY school.school_code), 1) AS listed_count,
    CASE WHEN campus.submission_no IS NULL THEN school.student_count ELSE campus.student_count END
        AS campus_student_count,
    CASE WHEN campus.submission_no IS NULL THEN school.staff_count ELSE campus.staff_count END AS campus_staff_count,
    CASE WHEN campus.submission_no IS NULL THEN school.boarder_count ELSE campus.boarder_count END
        AS campus_boarder_count,
    campus_student_count + campus_staff_count AS campus_headcount
FROM fact_school AS school
LEFT JOIN core_campuses AS campus USING (submission_no)
ORDER BY school.school_code, campus.row_no
