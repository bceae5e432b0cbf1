-- out_assessment: one row per indicator and unit, or one per campus or stage where the rule holds for each.
-- Purpose: the status. What is met stays met; what is not known is unreported, with the first reason that applies;
-- an open window is pending before an earlier missing month is asked about, and of months before the home's first one
-- nobody was asked. Nothing was counted on a sheet that is not there.
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
            WHEN (is_addressed IS NULL OR is_met IS NULL) AND owed_month_count > 0 THEN 'month_missing'
            WHEN is_addressed IS NULL OR is_met IS NULL THEN 'blank'
            WHEN lost_row_count > 0 THEN 'rows_lost'
            WHEN is_open THEN 'pending'
            WHEN owed_month_count > 0 THEN 'month_missing'
            WHEN missing_month_count > 0 THEN 'before_first_month'
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
