-- Files that count, after measure. Grain: one row per sender ('' for the bureau) and month. Reads: fact_submission,
-- fact_bureau_submission, core_submissions.
SELECT
    counted.sender,
    counted.month,
    counted.submission_no,
    coalesce(received.sha256, counted.submission_no::VARCHAR) AS sha256,
    coalesce(received.file_name, '') AS file_name,
    received.version,
    received.received_at
FROM (
    SELECT school_code AS sender, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
) AS counted
JOIN core_submissions AS received USING (submission_no)
ORDER BY counted.sender, counted.month
