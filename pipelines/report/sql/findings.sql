-- Findings in the files received for the period by $as_of, the bureau's own included. Grain: one row per finding.
SELECT
    finding.submission_no,
    finding.code,
    finding.severity,
    coalesce(submission.school_code, '') AS school_code,
    submission.file_name AS file,
    coalesce(finding.sheet, '') AS sheet,
    coalesce(finding.cell, '') AS cell,
    coalesce(finding.field, '') AS field,
    coalesce(finding.value, '') AS value,
    coalesce(finding.message, '') AS message,
    coalesce(finding.answer, '') AS answer
FROM core_findings AS finding
INNER JOIN core_submissions AS submission USING (submission_no)
WHERE
    submission.received_at <= $as_of
    AND (list_contains($months, submission.period) OR list_contains($months, submission.sent_period))
ORDER BY finding.submission_no, finding.finding_no
