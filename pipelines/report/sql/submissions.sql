-- School files received for the period by $as_of. Grain: one row per file, in the order of receipt; an entry that only
-- states on which day a file came is none.
-- month: the month that the file states; sent_month: the one that it was sent for.
SELECT
    submission_no,
    coalesce(school_code, '') AS school_code,
    file_name,
    sha256,
    received_at,
    version,
    status,
    error_count,
    query_count,
    repair_count,
    coalesce(period, sent_period) AS month,
    sent_period AS sent_month
FROM core_submissions
WHERE
    origin = 'school'
    AND received_at <= $as_of
    AND (duplicate_of IS NULL OR received_on IS NULL)
    AND (list_contains($months, period) OR list_contains($months, sent_period))
ORDER BY submission_no
