-- Every finding of the batch, those of the gate and those of the rules, one row each, in a total order.
-- The sheet number of the gate's findings is not needed: they name sheet and column themselves.
WITH numbered AS (SELECT submission_no, sheet_no, sheet FROM extracted_sheet),
together AS (
    SELECT submission_no, code, table_name, NULL::INTEGER AS sheet_no, sheet, row_no, column_no, field, value, detail, NULL AS row_label
    FROM extracted_finding
    UNION ALL
    SELECT submission_no, code, table_name, sheet_no, sheet, row_no, NULL, field, value, detail, row_label
    FROM found LEFT JOIN numbered USING (submission_no, sheet_no)
)
SELECT * FROM together
ORDER BY submission_no, sheet_no NULLS FIRST, sheet NULLS FIRST, row_no NULLS FIRST, field NULLS FIRST, code, value NULLS FIRST,
    table_name NULLS FIRST, column_no NULLS FIRST, detail NULLS FIRST, row_label NULLS FIRST
