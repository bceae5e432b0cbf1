-- figures: one row per indicator and group, in the fixed form of figures.csv.
-- Purpose: rates and numbers side by side; an indicator without any unit still has its row for the whole. A level with
-- a small sensitive number is published without numbers, the whole always with them; so is a level from which a small
-- number follows when its groups are taken from those of another level that hold them (the townships wholly in the
-- countryside from the countryside, say).
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
sensitive AS (
    SELECT indicator, unit_level, unit_code, numerator, denominator, suppress_below
    FROM complete
    JOIN indicator_kind USING (indicator)
    WHERE suppress_below IS NOT NULL
),
unit AS (
    SELECT indicator, unit_level AS source_level, unit_code AS source_code FROM out_count
    UNION
    SELECT indicator, unit_level, unit_code FROM out_assessment
),
member AS (
    SELECT unit.*, unit_group.unit_level, unit_group.unit_code
    FROM unit
    JOIN unit_group USING (source_level, source_code)
    WHERE unit.indicator IN (SELECT indicator FROM sensitive)
),
group_size AS (
    SELECT indicator, unit_level, unit_code, count(*) AS size
    FROM member
    GROUP BY indicator, unit_level, unit_code
),
inside AS (
    SELECT small.indicator, small.unit_level, small.unit_code, big.unit_level AS big_level, big.unit_code AS big_code
    FROM member AS small
    JOIN member AS big USING (indicator, source_level, source_code)
    JOIN group_size
        ON group_size.indicator = small.indicator
        AND group_size.unit_level = small.unit_level
        AND group_size.unit_code = small.unit_code
    WHERE small.unit_level NOT IN (big.unit_level, 'county')
    GROUP BY ALL
    HAVING count(*) = any_value(group_size.size)
),
remainder AS (
    SELECT
        inside.indicator,
        inside.unit_level,
        any_value(big.suppress_below) AS suppress_below,
        any_value(big.numerator) - sum(small.numerator) AS numerator,
        any_value(big.denominator) - sum(small.denominator) AS denominator
    FROM inside
    JOIN sensitive AS small USING (indicator, unit_level, unit_code)
    JOIN sensitive AS big
        ON big.indicator = inside.indicator
        AND big.unit_level = inside.big_level
        AND big.unit_code = inside.big_code
    GROUP BY inside.indicator, inside.unit_level, inside.big_level, inside.big_code
),
hidden AS (
    SELECT indicator, unit_level
    FROM (
        SELECT indicator, unit_level, suppress_below, numerator, denominator FROM sensitive WHERE unit_level <> 'county'
        UNION ALL BY NAME
        SELECT * FROM remainder
    )
    WHERE numerator BETWEEN 1 AND suppress_below - 1 OR denominator BETWEEN 1 AND suppress_below - 1
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
