-- check_headcount: one row per examined submission with its profile's students and staff; NULL where not known.
SELECT
    submission_no,
    student_count,
    student_count + staff_count AS headcount
FROM core_profile
JOIN check_submission USING (submission_no)
QUALIFY row_number() OVER (PARTITION BY submission_no ORDER BY row_no) = 1
ORDER BY submission_no
