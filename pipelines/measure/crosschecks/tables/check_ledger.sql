-- check_ledger: one row per school and month with a reported hazard ledger, beside the ledger that it reported before.
-- is_whole: no row of it was kept out of the load, nor of the one before, so that a row missing is missing in the file.
WITH ledger AS (
    SELECT
        submission.submission_no,
        sheet.school_code,
        sheet.month,
        sheet.lost_row_count
    FROM fact_sheet AS sheet
    JOIN fact_submission AS submission ON submission.school_code = sheet.school_code AND submission.month = sheet.month
    WHERE sheet.table_name = 'hazards' AND sheet.is_reported
)
SELECT
    submission_no,
    school_code,
    month,
    (month || '-01')::DATE AS month_start,
    last_day((month || '-01')::DATE) AS month_end,
    lag(submission_no) OVER life AS earlier_submission_no,
    lag(month) OVER life AS earlier_month,
    last_day((lag(month) OVER life || '-01')::DATE) AS earlier_end,
    lost_row_count,
    lost_row_count = 0 AND coalesce(lag(lost_row_count) OVER life, 0) = 0 AS is_whole
FROM ledger
WINDOW life AS (PARTITION BY school_code ORDER BY month)
ORDER BY submission_no
