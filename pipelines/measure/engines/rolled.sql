-- Into out_assessment: one row per indicator and unit whose campuses or stages are judged each by itself.
-- Purpose: a school meets a rule for each of its campuses or stages when every one does.
INSERT INTO out_assessment
WITH rolled AS (
    SELECT
        indicator,
        unit_level,
        unit_code,
        CASE
            WHEN count(*) FILTER (WHERE status <> 'exempt') = 0 THEN 'exempt'
            WHEN count(*) FILTER (WHERE status = 'unmet') > 0 THEN 'unmet'
            WHEN count(*) FILTER (WHERE status = 'unreported') > 0 THEN 'unreported'
            WHEN count(*) FILTER (WHERE status = 'pending') > 0 THEN 'pending'
            ELSE 'met'
        END AS status,
        coalesce(min(reason) FILTER (WHERE reason <> 'before_first_month'), min(reason)) AS any_reason,
        CASE WHEN count(*) FILTER (WHERE status <> 'exempt' AND actual IS NULL) = 0 THEN
            sum(actual) FILTER (WHERE status <> 'exempt')::BIGINT END AS actual,
        CASE WHEN count(*) FILTER (WHERE status <> 'exempt' AND required IS NULL) = 0 THEN
            sum(required) FILTER (WHERE status <> 'exempt')::BIGINT END AS required,
        CASE WHEN count(*) FILTER (WHERE status <> 'exempt' AND done IS NULL) = 0 THEN
            sum(done) FILTER (WHERE status <> 'exempt')::BIGINT END AS done,
        CASE WHEN count(*) FILTER (WHERE status <> 'exempt' AND due IS NULL) = 0 THEN
            sum(due) FILTER (WHERE status <> 'exempt')::BIGINT END AS due,
        bool_and(is_due_whole) AS is_due_whole,
        min(window_start) AS window_start,
        max(window_end) AS window_end
    FROM out_assessment
    WHERE is_detail
    GROUP BY indicator, unit_level, unit_code
)
SELECT
    indicator,
    unit_level,
    unit_code,
    NULL AS campus,
    NULL AS stage,
    false AS is_detail,
    status,
    CASE WHEN status = 'unreported' THEN any_reason END AS reason,
    actual,
    required,
    done,
    due,
    is_due_whole,
    window_start,
    window_end
FROM rolled
