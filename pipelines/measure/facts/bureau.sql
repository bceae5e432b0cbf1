-- fact_bureau: one row, the bureau itself.
-- Purpose: duties of the bureau and its bodies. Its workbook comes in the holidays too, so that its point facts are of the
-- last month that has ended, be school held in it or not.
SELECT
    asked.point_month,
    submission.submission_no,
    submission.submission_no IS NOT NULL AS has_submission,
    'unknown' AS calendar_stage,
    NULL::DATE AS valid_from_date
FROM (SELECT $bureau_month AS point_month) AS asked
LEFT JOIN fact_bureau_submission AS submission ON submission.month = asked.point_month
