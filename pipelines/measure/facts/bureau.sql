-- fact_bureau: one row, the bureau itself.
-- Purpose: duties of the bureau and its bodies.
SELECT
    stage.point_month,
    submission.submission_no,
    submission.submission_no IS NOT NULL AS has_submission,
    'unknown' AS calendar_stage,
    NULL::DATE AS valid_from_date
FROM calendar_stage AS stage
LEFT JOIN fact_bureau_submission AS submission ON submission.month = stage.point_month
WHERE stage.stage = 'unknown'
