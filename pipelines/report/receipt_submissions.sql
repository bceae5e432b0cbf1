-- Grain: one row per submission sent for one of the months and received by $as_of that has something to mend (fatal,
-- error or query) or was corrected by the bureau.
-- Purpose: whose receipt is drawn. Ordered by submission number.
-- Parameters: $months VARCHAR[], $as_of TIMESTAMP, $asked BIGINT[]: submissions of which a cross-check asks something.
SELECT
    submission_no AS sequence,
    origin,
    sent_period AS period,
    status,
    school_code,
    school_name,
    file_name,
    received_at,
    (
        SELECT arg_max(entry.received_on, entry.submission_no)
        FROM core_submissions AS entry
        WHERE coalesce(entry.duplicate_of, entry.submission_no) = received.submission_no
            AND entry.received_on IS NOT NULL AND entry.received_at <= $as_of
    ) AS received_on,
    sha256,
    version
FROM core_submissions AS received
WHERE list_contains($months, sent_period)
    AND received_at <= $as_of
    AND (
        submission_no IN (
            SELECT submission_no FROM core_findings WHERE severity IN ('fatal', 'error', 'query') OR code = 'W-CORRECTED'
        )
        OR list_contains($asked, submission_no)
    )
ORDER BY submission_no;
