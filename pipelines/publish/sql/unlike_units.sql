-- One row per indicator and unit that does not stand in assessments.csv exactly once.
-- Purpose: a school that was left out, listed twice, or is none of the register.
WITH unit AS (
    SELECT 'school' AS unit_level, school_code AS unit_code FROM fact_school
    UNION ALL
    SELECT 'township', township FROM fact_township
    UNION ALL
    SELECT 'body', body FROM fact_body
    UNION ALL
    SELECT 'bureau', 'bureau'
),
expected AS (
    SELECT indicator, unit_level, unit_code
    FROM judged_level
    JOIN unit USING (unit_level)
),
listed AS (
    SELECT indicator, unit_level, unit_code, count(*) AS row_count
    FROM published_verdict
    WHERE is_own AND indicator IN (SELECT indicator FROM judged_level)
    GROUP BY indicator, unit_level, unit_code
)
SELECT
    indicator,
    unit_code,
    coalesce(row_count, 0) AS row_count,
    expected.unit_code IS NOT NULL AS is_expected
FROM expected
FULL JOIN listed USING (indicator, unit_level, unit_code)
WHERE row_count IS DISTINCT FROM 1 OR expected.unit_code IS NULL
ORDER BY indicator, unit_code
