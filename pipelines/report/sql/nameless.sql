-- Refused files for $month by $as_of of which nobody can say what school sent them. Grain: one row per file.
SELECT
    submission_no,
    file_name,
    received_at
FROM core_submissions
WHERE origin = 'school' AND status = 'rejected' AND school_code IS NULL
    AND received_at <= $as_of AND coalesce(period, sent_period) = $month
ORDER BY submission_no
