-- fact_campus: one row per expected school and campus; the whole school where it names no campus.
-- Purpose: rules that hold for each campus. A school with one campus has all its guards there.
WITH listed AS (
    SELECT
        school.school_code,
        campus.row_no,
        coalesce(campus.campus_code, campus.campus_name) AS campus,
        campus.campus_name,
        campus.student_count,
        campus.staff_count,
        campus.boarder_count,
        count(*) OVER (PARTITION BY school.school_code) AS listed_count
    FROM fact_school AS school
    JOIN core_campuses AS campus USING (submission_no)
),
guarded AS (
    SELECT
        listed.school_code,
        listed.row_no,
        count(guard.school_code) AS full_time_guard_count,
        count(guard.school_code) FILTER (WHERE guard.is_from_company) AS company_full_time_guard_count
    FROM listed
    LEFT JOIN fact_guard AS guard
        ON guard.school_code = listed.school_code
        AND guard.is_on_duty
        AND guard.employment = 'full_time'
        AND (listed.listed_count = 1 OR guard.campus_name IN (listed.campus, listed.campus_name))
    GROUP BY listed.school_code, listed.row_no
),
from_company AS (
    SELECT
        school_code,
        count(*) FILTER (WHERE is_on_duty AND employment = 'full_time' AND is_from_company) AS guard_count
    FROM fact_guard
    GROUP BY school_code
)
SELECT
    school.school_code,
    listed.campus,
    CASE WHEN listed.row_no IS NULL THEN school.student_count ELSE listed.student_count END AS campus_student_count,
    CASE WHEN listed.row_no IS NULL THEN school.staff_count ELSE listed.staff_count END AS campus_staff_count,
    CASE WHEN listed.row_no IS NULL THEN school.boarder_count ELSE listed.boarder_count END AS campus_boarder_count,
    campus_student_count + campus_staff_count AS campus_headcount,
    CASE
        WHEN listed.row_no IS NULL OR school.full_time_guard_count IS NULL THEN school.full_time_guard_count
        ELSE guarded.full_time_guard_count
    END AS campus_full_time_guard_count,
    CASE
        WHEN school.full_time_guard_count IS NULL THEN NULL
        WHEN listed.row_no IS NULL THEN coalesce(from_company.guard_count, 0)
        ELSE guarded.company_full_time_guard_count
    END AS campus_company_full_time_guard_count
FROM fact_school AS school
LEFT JOIN listed USING (school_code)
LEFT JOIN from_company ON from_company.school_code = school.school_code
LEFT JOIN guarded ON guarded.school_code = listed.school_code AND guarded.row_no = listed.row_no
ORDER BY school.school_code, listed.row_no
