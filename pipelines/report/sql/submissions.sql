-- School files received for the period by $as_of. Grain: one row per file, in the order of receipt.
-- is_current: the submission that counts for the period's last month.
WITH received AS (
    SELECT *
    FROM core_submissions
    WHERE
        origin = 'school'
        AND received_at <= $as_of
        AND (list_contains($months, period) OR list_contains($months, sent_period))
),
counted AS (
    SELECT submission_no
    FROM received
    WHERE status IN ('accepted', 'accepted_with_findings') AND period = $last_month
    QUALIFY row_number() OVER (PARTITION BY school_code ORDER BY received_at DESC, submission_no DESC) = 1
)
SELECT
    received.submission_no,
    coalesce(received.school_code, '') AS school_code,
    received.file_name,
    received.sha256,
    received.received_at,
    received.version,
    received.status,
    received.error_count,
    received.query_count,
    received.repair_count,
    counted.submission_no IS NOT NULL AS is_current,
    coalesce(received.period = $last_month OR received.sent_period = $last_month, FALSE) AS is_last_month
FROM received
LEFT JOIN counted USING (submission_no)
ORDER BY received.submission_no
