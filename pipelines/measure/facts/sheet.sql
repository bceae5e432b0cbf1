-- fact_sheet: one row per school, month and table that the current submission holds; the bureau's has no code ('').
-- Purpose: whether a table was reported at all (rows, or a nil return: empty never means 0), and how many of its
-- rows were kept out of the load.
WITH submission AS (
    SELECT school_code, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
)
SELECT
    submission.school_code,
    submission.month,
    sheet.table_name,
    bool_or(sheet.row_count > 0 OR sheet.lost_row_count > 0 OR sheet.is_nil) AS is_reported,
    sum(sheet.lost_row_count)::BIGINT AS lost_row_count
FROM core_sheets AS sheet
JOIN submission USING (submission_no)
GROUP BY submission.school_code, submission.month, sheet.table_name
ORDER BY submission.school_code, submission.month, sheet.table_name
