-- What asks for something in the files of $numbers. Grain: one row per finding, in the order in which it was found.
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
WHERE severity IN ('fatal', 'error', 'query') AND list_contains($numbers, submission_no)
ORDER BY submission_no, finding_no
