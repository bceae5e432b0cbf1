-- core_sheets: contract sheets of accepted files. Grain: one row per file and sheet.
CREATE TABLE core_sheets AS
SELECT *
FROM sheet_counts
WHERE submission_no IN (SELECT submission_no FROM core_submissions WHERE version IS NOT NULL)
ORDER BY submission_no, table_name
