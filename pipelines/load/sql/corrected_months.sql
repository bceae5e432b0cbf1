-- The accepted files of the months that corrections name, in the order in which they count. Grain: one row per file.
-- Parameters: $as_of TIMESTAMP, NULL for all that was received.
SELECT
    school_code,
    period AS month,
    submission_no,
    received_at,
    version
FROM core_submissions
WHERE origin = 'school'
    AND version IS NOT NULL
    AND ($as_of::TIMESTAMP IS NULL OR received_at <= $as_of::TIMESTAMP)
    AND (school_code, period) IN (SELECT (school_code, month) FROM gathered_corrections)
ORDER BY received_at, submission_no
