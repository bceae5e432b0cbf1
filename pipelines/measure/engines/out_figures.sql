-- figures: one row per indicator and group, in the fixed form of figures.csv.
-- Purpose: rates and numbers side by side; an indicator without any unit still has its row for the whole. A level with
-- a small sensitive number is published without numbers, the whole always with them.
WITH everything AS (
    SELECT
        indicator, unit_level, unit_code, numerator, denominator, value, lower, upper, reported_value,
        met, unmet, pending, exempt, unreported, status
    FROM out_rates
    UNION ALL BY NAME
    SELECT indicator, unit_level, unit_code, numerator, denominator, value, unreported, status FROM out_numbers
    UNION ALL BY NAME
    SELECT indicator, unit_level, unit_code, numerator, denominator, value, unreported, status FROM out_duration
),
complete AS (
    SELECT * FROM everything
    UNION ALL BY NAME
    SELECT
        indicator,
        'county' AS unit_level,
        'county' AS unit_code,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS denominator,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS met,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS unmet,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS pending,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS exempt,
        CASE WHEN measure_unit = 'rate' THEN 0 END AS unreported,
        CASE
            WHEN kind IN ('task', 'bureau_rule') AND NOT (SELECT bool_or(has_submission) FROM fact_bureau) THEN 'no_data'
            ELSE 'not_reached'
        END AS status
    FROM indicator_kind
    WHERE indicator NOT IN (SELECT indicator FROM everything)
),
hidden AS (
    SELECT
        indicator,
        unit_level
    FROM complete
    JOIN indicator_kind USING (indicator)
    WHERE unit_level <> 'county'
        AND (numerator BETWEEN 1 AND suppress_below - 1 OR denominator BETWEEN 1 AND suppress_below - 1)
    GROUP BY indicator, unit_level
),
published AS (
    SELECT * REPLACE (
        CASE WHEN hidden.indicator IS NULL THEN numerator END AS numerator,
        CASE WHEN hidden.indicator IS NULL THEN denominator END AS denominator,
        CASE WHEN hidden.indicator IS NULL THEN value END AS value,
        CASE WHEN hidden.indicator IS NULL THEN lower END AS lower,
        CASE WHEN hidden.indicator IS NULL THEN upper END AS upper,
        CASE WHEN hidden.indicator IS NULL THEN reported_value END AS reported_value,
        CASE WHEN hidden.indicator IS NULL THEN complete.status ELSE 'suppressed' END AS status
    )
    FROM complete
    LEFT JOIN hidden USING (indicator, unit_level)
)
SELECT
    $standard_id AS standard,
    $period_label AS period,
    $as_of_label AS as_of,
    published.indicator,
    indicator_kind.clause,
    published.unit_level,
    published.unit_code,
    coalesce(unit_label.unit_name, published.unit_code) AS unit_name,
    published.numerator,
    published.denominator,
    published.value,
    published.lower,
    published.upper,
    published.reported_value,
    published.met,
    published.unmet,
    published.pending,
    published.exempt,
    published.unreported,
    indicator_kind.measure_unit,
    published.status
FROM published
JOIN indicator_kind USING (indicator)
LEFT JOIN unit_label
    ON unit_label.unit_level = published.unit_level AND unit_label.unit_code = published.unit_code
ORDER BY published.indicator, published.unit_level, published.unit_code
