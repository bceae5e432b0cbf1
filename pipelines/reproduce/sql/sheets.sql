-- Grain: one row per submission and contract table.
-- Purpose: the name under which the school sent the sheet, and how many of its rows count.
SELECT
    submission_no,
    table_name,
    min(sheet_name) AS sheet_name,
    sum(row_count)::BIGINT AS row_count
FROM core_sheets
GROUP BY submission_no, table_name
ORDER BY submission_no, table_name;
