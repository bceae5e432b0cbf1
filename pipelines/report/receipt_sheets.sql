-- Grain: one row per contract sheet found in an accepted submission sent for the months.
-- Purpose: what counts and what does not.
SELECT
    submission_no,
    table_name,
    sheet_name AS sheet,
    row_count AS kept,
    lost_row_count AS lost,
    is_nil
FROM core_sheets
WHERE submission_no IN (SELECT submission_no FROM core_submissions WHERE list_contains($months, sent_period))
ORDER BY submission_no, table_name, sheet_name;
