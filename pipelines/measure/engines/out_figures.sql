-- figures: one row per indicator and group, in the fixed form of figures.csv.
-- Purpose: rates and numbers side by side; an indicator without any unit still has its row for the whole.
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
)
SELECT
    $standard_id AS standard,
    $period_label AS period,
    $as_of_label AS as_of,
    complete.indicator,
    indicator_kind.clause,
    complete.unit_level,
    complete.unit_code,
    coalesce(unit_label.unit_name, complete.unit_code) AS unit_name,
    complete.numerator,
    complete.denominator,
    complete.value,
    complete.lower,
    complete.upper,
    complete.reported_value,
    complete.met,
    complete.unmet,
    complete.pending,
    complete.exempt,
    complete.unreported,
    indicator_kind.measure_unit,
    complete.status
FROM complete
JOIN indicator_kind USING (indicator)
LEFT JOIN unit_label
    ON unit_label.unit_level = complete.unit_level AND unit_label.unit_code = complete.unit_code
ORDER BY complete.indicator, complete.unit_level, complete.unit_code
