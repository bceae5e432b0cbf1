-- fact_township: one row per township that has an expected school.
-- Purpose: duties that each township has.
SELECT DISTINCT
    register.township,
    bureau.point_month,
    bureau.submission_no,
    bureau.has_submission,
    bureau.calendar_stage,
    bureau.valid_from_date
FROM fact_register AS register
CROSS JOIN fact_bureau AS bureau
WHERE register.township IS NOT NULL
ORDER BY register.township
