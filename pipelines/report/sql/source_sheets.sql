-- Grain: one row per submission that counts and contract table.
-- Purpose: the name under which the school sent the sheet, and how many of its rows count. Reads: counted.
SELECT
    sheet.submission_no,
    sheet.table_name,
    min(sheet.sheet_name) AS sheet_name,
    sum(sheet.row_count)::BIGINT AS row_count
FROM core_sheets AS sheet
SEMI JOIN counted USING (submission_no)
GROUP BY sheet.submission_no, sheet.table_name
ORDER BY sheet.submission_no, sheet.table_name;
