-- Bureau workbooks with corrections that could not be applied: the verdict counts those findings too.
-- Parameters: $behind INTEGER, from which place on such findings stand.
UPDATE core_submissions
SET
    status = CASE WHEN status = 'accepted' THEN 'accepted_with_findings' ELSE status END,
    error_count = error_count + failed.failed_count
FROM (
    SELECT submission_no, count(*)::INTEGER AS failed_count
    FROM found
    WHERE place > $behind AND table_name = 'corrections' AND severity = 'error'
    GROUP BY submission_no
) AS failed
WHERE core_submissions.submission_no = failed.submission_no
