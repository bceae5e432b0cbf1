-- check_submission: one row per school submission that counts and states, or was sent for, one of $months.
-- Purpose: what the cross-checks examine; every check reads it. Schools that are not expected are examined too.
-- Parameters: $months VARCHAR[].
SELECT
    submission.submission_no,
    submission.school_code,
    submission.month,
    coalesce(known.school_type, 'unknown') AS calendar_stage
FROM fact_submission AS submission
JOIN core_submissions AS received USING (submission_no)
LEFT JOIN known_school AS known ON known.school_code = submission.school_code
WHERE list_contains($months, submission.month) OR list_contains($months, received.sent_period)
ORDER BY submission.submission_no
