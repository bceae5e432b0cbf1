-- Grain: one row per school and month up to $last_month: the submission that counts as of $as_of.
-- Purpose: the files on which a school's statuses rest.
SELECT
    school_code,
    period,
    submission_no,
    file_name,
    sha256,
    received_at
FROM core_submissions
WHERE origin = 'school'
    AND status IN ('accepted', 'accepted_with_findings')
    AND received_at <= $as_of
    AND period <= $last_month
QUALIFY row_number() OVER (PARTITION BY school_code, period ORDER BY received_at DESC, submission_no DESC) = 1
ORDER BY school_code, period DESC;
