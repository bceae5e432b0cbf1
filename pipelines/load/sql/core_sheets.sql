-- core_sheets: contract sheets of accepted files. Grain: one row per file and sheet.
-- unknown_cell_count: cells that cannot be read in the rows that were let in. Reads: sheet_counts, unknown_cells.
CREATE TABLE core_sheets AS
SELECT sheet.*, coalesce(unknown.cell_count, 0)::INTEGER AS unknown_cell_count
FROM sheet_counts AS sheet
LEFT JOIN unknown_cells AS unknown
    ON unknown.submission_no = sheet.submission_no AND unknown.table_name = sheet.table_name
WHERE sheet.submission_no IN (SELECT submission_no FROM core_submissions WHERE version IS NOT NULL)
ORDER BY sheet.submission_no, sheet.table_name
