-- out_assessment: one row per indicator and unit, and one per campus or stage where the rule holds for each.
-- Purpose: the status. What is met stays met; what is not known is unreported, with the first reason that applies;
-- an open window is pending before an earlier missing month is asked about. Nothing was counted on a sheet that is not
-- there. A school meets a rule for each of its campuses or stages when every one does.
CREATE OR REPLACE TEMP TABLE out_assessment AS
WITH judged AS (
    SELECT
        *,
        CASE
            WHEN is_addressed IS false OR NOT has_duty THEN 'exempt'
            WHEN is_addressed AND is_met AND lost_row_count = 0 THEN 'met'
            WHEN needs_submission AND NOT has_submission THEN 'no_submission'
            WHEN (is_addressed IS NULL OR is_met IS NULL) AND has_cell_error THEN 'cell_error'
            WHEN (is_addressed IS NULL OR is_met IS NULL OR is_met) AND lost_row_count > 0 THEN 'rows_lost'
            WHEN is_addressed IS NULL OR is_met IS NULL THEN 'blank'
            WHEN lost_row_count > 0 THEN 'rows_lost'
            WHEN is_open THEN 'pending'
            WHEN missing_month_count > 0 THEN 'month_missing'
            WHEN missing_sheet_count > 0 THEN 'blank'
            ELSE 'unmet'
        END AS outcome
    FROM out_verdict
),
stated AS (
    SELECT
        * REPLACE (
            CASE WHEN outcome IN ('exempt', 'met', 'pending', 'unmet') OR missing_sheet_count = 0 THEN actual END AS actual
        ),
        CASE WHEN outcome IN ('exempt', 'met', 'pending', 'unmet') THEN outcome ELSE 'unreported' END AS status,
        CASE WHEN outcome NOT IN ('exempt', 'met', 'pending', 'unmet') THEN outcome END AS reason
    FROM judged
),
rolled AS (
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
        min(reason) AS any_reason,
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
    FROM stated
    WHERE is_detail
    GROUP BY indicator, unit_level, unit_code
)
SELECT
    indicator,
    unit_level,
    unit_code,
    campus,
    stage,
    is_detail,
    status,
    reason,
    actual,
    required,
    done,
    due,
    is_due_whole,
    window_start,
    window_end
FROM stated
UNION ALL
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
