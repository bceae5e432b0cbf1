-- fact_sheet: one row per school, month and table that the current submission holds; the bureau's has no code ('').
-- Purpose: whether a table was reported at all (rows, or a nil return: empty never means 0), and how many of its
-- rows cannot be counted: kept out of the load, or with an unreadable cell that decides where the row belongs.
WITH submission AS (
    SELECT school_code, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
),
doubtful AS (
    SELECT submission_no, 'drills' AS table_name FROM core_drills WHERE list_contains(invalid_fields, 'held_date')
    UNION ALL
    SELECT submission_no, 'trainings' FROM core_trainings WHERE list_contains(invalid_fields, 'held_date')
    UNION ALL
    SELECT submission_no, 'guards' FROM core_guards WHERE list_contains(invalid_fields, 'employment')
),
doubtful_count AS (
    SELECT submission_no, table_name, count(*) AS doubtful_row_count
    FROM doubtful
    GROUP BY submission_no, table_name
)
SELECT
    submission.school_code,
    submission.month,
    sheet.table_name,
    bool_or(sheet.row_count > 0 OR sheet.lost_row_count > 0 OR sheet.is_nil) AS is_reported,
    sum(sheet.lost_row_count)::BIGINT + coalesce(max(doubtful_row_count), 0) AS lost_row_count
FROM core_sheets AS sheet
JOIN submission USING (submission_no)
LEFT JOIN doubtful_count USING (submission_no, table_name)
GROUP BY submission.school_code, submission.month, sheet.table_name
ORDER BY submission.school_code, submission.month, sheet.table_name
