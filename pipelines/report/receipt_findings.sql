-- Grain: one row per finding of the submissions sent for the months.
-- Purpose: everything that a receipt lists, in the order in which it was found.
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
WHERE submission_no IN (SELECT submission_no FROM core_submissions WHERE list_contains($months, sent_period))
ORDER BY submission_no, finding_no;
