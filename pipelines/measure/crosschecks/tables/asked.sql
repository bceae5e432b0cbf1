-- What explanations may answer. Grain: one row per offending row, then one per query of the file itself, which has been
-- answered when it was loaded (asked_no is NULL) and is only named where an explanation fits nothing.
-- Reads check_placed. Whatever a cross-check yields is a query.
SELECT placed_no AS asked_no, submission_no, 'query' AS severity, code, table_name, sheet, row_no
FROM check_placed
UNION ALL
SELECT NULL, submission_no, severity, code, table_name, sheet, row_no
FROM core_findings
SEMI JOIN check_submission USING (submission_no)
WHERE severity = 'query'
