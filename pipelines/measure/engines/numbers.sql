-- out_numbers: one row per counted indicator and group: sums of what is known, gaps of staffing.
-- Purpose: figures that are no rates. Where nothing is known there is no number: empty never means 0. What a unit told so
-- far is in the sum, though a month that it owes is missing: the unit is unreported beside it.
WITH counted AS (
    SELECT
        number.indicator,
        unit_group.unit_level,
        unit_group.unit_code,
        sum(number.number)::BIGINT AS total,
        count(*) FILTER (WHERE number.number IS NULL OR NOT number.is_whole) AS unreported
    FROM out_count AS number
    JOIN unit_group ON unit_group.source_level = number.unit_level AND unit_group.source_code = number.unit_code
    GROUP BY number.indicator, unit_group.unit_level, unit_group.unit_code
),
short AS (
    SELECT
        kind.provision || '.gap' AS indicator,
        unit_group.unit_level,
        unit_group.unit_code,
        sum(greatest(assessment.required - assessment.actual, 0))
            FILTER (WHERE assessment.status IN ('met', 'unmet'))::BIGINT AS total,
        count(*) FILTER (WHERE assessment.status = 'unreported') AS unreported
    FROM out_assessment AS assessment
    JOIN indicator_kind AS kind ON kind.indicator = assessment.indicator
    JOIN unit_group
        ON unit_group.source_level = assessment.unit_level AND unit_group.source_code = assessment.unit_code
    WHERE kind.has_gap AND assessment.is_detail = kind.has_detail AND assessment.status <> 'exempt'
    GROUP BY kind.provision, unit_group.unit_level, unit_group.unit_code
),
task AS (
    SELECT
        kind.provision || '.' || statuses.task_status AS indicator,
        unit_group.unit_level,
        unit_group.unit_code,
        count(*) FILTER (WHERE fact_task.task_status = statuses.task_status) AS total,
        count(*) FILTER (WHERE fact_task.task_status IS NULL) AS unreported
    FROM out_assessment AS assessment
    JOIN indicator_kind AS kind ON kind.indicator = assessment.indicator AND kind.kind = 'task'
    JOIN fact_task ON fact_task.task_no = assessment.unit_code
    JOIN unit_group ON unit_group.source_level = 'task' AND unit_group.source_code = assessment.unit_code
    CROSS JOIN (SELECT unnest(['done_on_time', 'late', 'overdue', 'open']) AS task_status) AS statuses
    GROUP BY kind.provision, statuses.task_status, unit_group.unit_level, unit_group.unit_code
)
SELECT
    indicator,
    unit_level,
    unit_code,
    total AS numerator,
    NULL::BIGINT AS denominator,
    total::DOUBLE AS value,
    unreported,
    CASE WHEN total IS NULL THEN 'no_data' ELSE 'final' END AS status
FROM (SELECT * FROM counted UNION ALL SELECT * FROM short UNION ALL SELECT * FROM task)
ORDER BY indicator, unit_level, unit_code
