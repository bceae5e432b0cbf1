-- Every file on which the figures may rest: received by $as_of for a month up to $last_month, or for a later one but
-- with a correction of such a month. Grain: one row per file.
SELECT
    submission_no,
    origin,
    file_name AS file,
    sha256,
    received_at,
    received_on,
    sent_period,
    status
FROM core_submissions
WHERE received_at <= $as_of
    AND (
        least(sent_period, coalesce(period, sent_period)) <= $last_month
        OR submission_no IN (SELECT submission_no FROM core_corrected_cells WHERE coalesce(month, '') <= $last_month)
    )
ORDER BY submission_no
