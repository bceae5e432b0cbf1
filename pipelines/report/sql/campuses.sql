-- How the schools call their campuses. Grain: one row per submission and campus that bears a code.
SELECT
    submission_no,
    campus_code,
    any_value(campus_name ORDER BY row_no) AS campus_name
FROM core_campuses
WHERE campus_code IS NOT NULL AND campus_name IS NOT NULL
GROUP BY submission_no, campus_code
ORDER BY submission_no, campus_code
