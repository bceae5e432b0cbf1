-- Months up to $last_month of which another file counts now than when a release was made. Grain: one row per origin,
-- school ('' for the bureau) and month. Reads: core_submissions (as of now) and judged, recorded (the release's own).
-- What has not been read again since the data were thrown away is not known to have moved (judged holds what was read).
-- A file that was there and did not count moves nothing when a later month's register comes to know its school.
-- new_at is NULL where a file that counted then counts no longer and none has taken its place.
-- Codes are taken as the files bear them, for a school that changed its code too: whichever of its codes the later file
-- bears, that file came after the release and moves its month; what else could move it is a new register, and that moves
-- the bureau's month. So the same releases are stale, and the school is named as the sender knows it.
-- A correction by the bureau that has come since may move the month of the school (origin correction), whatever month its
-- workbook was sent for; whether it fits, the caller looks at. Reads also: gathered_corrections.
-- Parameters: $last_month VARCHAR, $as_of TIMESTAMP.
WITH received AS (
    SELECT true AS is_now, origin, school_code, school_name, period, submission_no, received_at, status
    FROM core_submissions
    UNION ALL
    SELECT false, origin, school_code, school_name, period, submission_no, received_at, status
    FROM recorded
),
counted AS (
    SELECT *, coalesce(school_code, '') AS code
    FROM received
    WHERE status IN ('accepted', 'accepted_with_findings')
        AND (origin = 'bureau' OR school_code IS NOT NULL)
        AND period <= $last_month
    QUALIFY row_number() OVER (
        PARTITION BY is_now, origin, school_code, period ORDER BY received_at DESC, submission_no DESC
    ) = 1
)
SELECT
    origin,
    code AS school_code,
    coalesce(max(school_name) FILTER (WHERE is_now), max(school_name), '') AS school_name,
    period AS month,
    max(received_at) FILTER (WHERE is_now) AS new_at
FROM counted
GROUP BY origin, code, period
HAVING max(submission_no) FILTER (WHERE is_now) IS DISTINCT FROM max(submission_no) FILTER (WHERE NOT is_now)
    AND bool_and(is_now OR submission_no IN (SELECT submission_no FROM judged))
    AND (bool_or(NOT is_now) OR max(received_at) > $as_of)
UNION ALL
SELECT
    'correction',
    corrected.school_code,
    '',
    corrected.month,
    max(received.received_at)
FROM gathered_corrections AS corrected
JOIN core_submissions AS received USING (submission_no)
WHERE received.origin = 'bureau'
    AND received.version IS NOT NULL
    AND received.received_at > $as_of
    AND corrected.month <= $last_month
    AND corrected.school_code IS NOT NULL
GROUP BY corrected.school_code, corrected.month
ORDER BY month, origin, school_code
