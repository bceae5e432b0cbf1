-- Every finding of the batch, those of the gate and those of the rules, one row each, in order of file, sheet and cell
-- (`place` counts them in a file), none of a refused file but what refused it and its errors.
-- The gate's findings name sheet and column themselves; a rule's field stands where the sheet's layout has it.
-- Reads: extracted_finding, found, extracted_sheet, layout (layout_no, columns: JSON of field to column, from 0), kind
-- (code, severity).
WITH first_sheet AS (
    SELECT submission_no, sheet, min(sheet_no) AS order_no FROM extracted_sheet GROUP BY ALL
),
together AS (
    SELECT submission_no, code, table_name, NULL::INTEGER AS sheet_no, order_no, sheet, row_no, column_no, field, value, detail, NULL AS row_label
    FROM extracted_finding LEFT JOIN first_sheet USING (submission_no, sheet)
    UNION ALL
    SELECT submission_no, code, found.table_name, sheet_no, sheet_no, sheet, row_no, (columns ->> field)::INTEGER, field, value, detail, row_label
    FROM found LEFT JOIN extracted_sheet USING (submission_no, sheet_no) LEFT JOIN layout USING (layout_no)
),
judged AS (
    SELECT together.*, severity, bool_or(severity = 'fatal') OVER (PARTITION BY submission_no) AS is_refused
    FROM together LEFT JOIN kind USING (code)
),
placed AS (
    SELECT
        *,
        row_number() OVER (
            PARTITION BY submission_no
            ORDER BY order_no NULLS FIRST, coalesce(row_no, 0), column_no NULLS FIRST, sheet_no NULLS FIRST, sheet NULLS FIRST,
                row_no NULLS FIRST, field NULLS FIRST, code, value NULLS FIRST, table_name NULLS FIRST, detail NULLS FIRST,
                row_label NULLS FIRST
        ) - 1 AS place
    FROM judged
    WHERE NOT is_refused OR severity IN ('fatal', 'error')
)
SELECT
    submission_no,
    place::INTEGER AS place,
    code,
    coalesce(table_name, '') AS table_name,
    coalesce(sheet, '') AS sheet,
    row_no,
    column_no,
    coalesce(field, '') AS field,
    value,
    detail,
    row_label
FROM placed
ORDER BY submission_no, place
