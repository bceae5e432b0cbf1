-- Into out_count: one row per counted indicator and unit of assessments.csv.
-- Purpose: numbers that nobody judges. One that is withheld counts as known; the figures above it are not looked at.
INSERT INTO out_count
SELECT
    published.indicator,
    unit_level,
    unit_code,
    CASE WHEN status <> 'unreported' AND reason = 'suppressed' THEN 0 ELSE done::BIGINT END AS number,
    status <> 'unreported' AS is_whole
FROM published_assessments AS published
JOIN indicator_kind AS kind ON kind.indicator = published.indicator
WHERE kind.measure_unit <> 'rate'
