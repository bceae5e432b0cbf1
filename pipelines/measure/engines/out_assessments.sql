-- assessments: one row per indicator and unit, and one per campus or stage, in the fixed form of assessments.csv.
-- Purpose: what each figure is made of. A counted number stands under done with the status reported; what is counted so
-- far where a month is missing is unreported.
WITH everything AS (
    SELECT
        indicator, unit_level, unit_code, campus, stage, status, reason, actual, required, done, due,
        window_start, window_end
    FROM out_assessment
    UNION ALL BY NAME
    SELECT
        indicator,
        unit_level,
        unit_code,
        CASE WHEN number IS NOT NULL AND is_whole THEN 'reported' ELSE 'unreported' END AS status,
        CASE WHEN number IS NULL THEN 'blank' WHEN NOT is_whole THEN 'month_missing' END AS reason,
        number AS done
    FROM out_count
)
SELECT
    $standard_id AS standard,
    $period_label AS period,
    indicator,
    unit_level,
    unit_code,
    campus,
    stage,
    status,
    reason,
    actual,
    required,
    done,
    due,
    window_start,
    window_end
FROM everything
ORDER BY indicator, unit_level, unit_code, campus NULLS FIRST, stage NULLS FIRST
