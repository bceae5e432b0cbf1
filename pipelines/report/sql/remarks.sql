-- What was found in the files of $numbers, of these severities, in the order in which it was found. Grain: one row per
-- finding.
-- Parameters: $numbers BIGINT[], $severities VARCHAR[].
SELECT
    submission_no,
    severity,
    code,
    table_name,
    sheet,
    row_no,
    cell,
    field,
    value,
    message,
    hint,
    answer_category,
    answer
FROM core_findings
WHERE submission_no IN (SELECT unnest($numbers::BIGINT[])) AND list_contains($severities, severity)
ORDER BY submission_no, finding_no
