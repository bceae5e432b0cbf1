-- fact_point: one row per expected school, with the submission that states its point facts.
-- Purpose: point facts come from the period's submission only, never from an earlier month's answer.
SELECT
    register.*,
    coalesce(register.school_type, 'unknown') AS calendar_stage,
    stage.point_month,
    submission.submission_no,
    submission.submission_no IS NOT NULL AS has_submission
FROM fact_register AS register
JOIN calendar_stage AS stage ON stage.stage = coalesce(register.school_type, 'unknown')
LEFT JOIN fact_submission AS submission
    ON submission.school_code = register.school_code AND submission.month = stage.point_month
ORDER BY register.school_code
