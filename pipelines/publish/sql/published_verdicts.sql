-- published_verdict: one row per row of assessments.csv that judges, its numbers read.
-- Purpose: what figures are counted from. Of two rows of a unit without campus and stage the one that can follow from
-- the others is the unit's own: never better, never less. The cases say what is done and due of a duration.
CREATE OR REPLACE TEMP TABLE published_verdict AS
WITH typed AS (
    SELECT
        published.indicator,
        unit_level,
        unit_code,
        campus,
        stage,
        status,
        reason,
        actual::BIGINT AS actual,
        required::BIGINT AS required,
        CASE WHEN told_rate.indicator IS NULL OR published.done IS NULL THEN published.done::BIGINT
            ELSE coalesce(told.done, 0) END AS done,
        CASE WHEN told_rate.indicator IS NULL OR published.due IS NULL THEN published.due::BIGINT
            ELSE coalesce(told.due, 0) END AS due,
        window_start::DATE AS window_start,
        window_end::DATE AS window_end,
        kind.has_detail,
        list_position(['exempt', 'met', 'pending', 'unreported', 'unmet'], status) AS weight
    FROM published_assessments AS published
    JOIN indicator_kind AS kind ON kind.indicator = published.indicator
    LEFT JOIN told_rate ON told_rate.indicator = published.indicator
    LEFT JOIN told_case AS told ON told.indicator = published.indicator AND told.school_code = unit_code
    WHERE kind.measure_unit = 'rate'
)
SELECT
    *,
    NOT has_detail
        OR campus IS NULL
        AND stage IS NULL
        AND row_number() OVER (
            PARTITION BY indicator, unit_level, unit_code
            ORDER BY
                campus IS NOT NULL OR stage IS NOT NULL,
                weight DESC,
                actual DESC NULLS FIRST,
                required DESC NULLS FIRST,
                done DESC NULLS FIRST,
                due DESC NULLS FIRST
        ) = 1 AS is_own
FROM typed
