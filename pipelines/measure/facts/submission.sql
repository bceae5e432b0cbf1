-- fact_submission: one row per school and month, the submission that counts.
-- Purpose: the latest accepted one received by as_of; a rejected resubmission never displaces it. What came under a
-- code that the school no longer bears stands under the one in force.
SELECT
    coalesce(renamed.school_code, received.school_code) AS school_code,
    period AS month,
    submission_no,
    last_day((period || '-01')::DATE) AS month_end_date
FROM core_submissions AS received
LEFT JOIN fact_renamed AS renamed ON renamed.former_code = received.school_code
WHERE origin = 'school'
    AND status IN ('accepted', 'accepted_with_findings')
    AND received.school_code IS NOT NULL
    AND received_at <= $as_of
    AND period <= $last_month
QUALIFY row_number() OVER (PARTITION BY coalesce(renamed.school_code, received.school_code), period ORDER BY received_at DESC, submission_no DESC) = 1
ORDER BY school_code, month
