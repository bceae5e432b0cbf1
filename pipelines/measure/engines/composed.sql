-- Into out_verdict: one row per unit for a rule that is met when all of its parts are.
-- Purpose: rates composed of other rules, never reported by anyone. An exempt part does not count; a part that is
-- known to be unmet decides whatever the others say.
INSERT INTO out_verdict
SELECT
    $indicator AS indicator,
    unit_level,
    unit_code,
    NULL AS campus,
    NULL AS stage,
    false AS is_detail,
    CASE WHEN NOT $is_in_force THEN false
        WHEN count(*) FILTER (WHERE is_addressed) > 0 THEN true
        WHEN count(*) FILTER (WHERE is_addressed IS NULL) > 0 THEN NULL ELSE false END AS is_addressed,
    CASE WHEN count(*) FILTER (WHERE is_addressed AND NOT is_met AND lost_row_count = 0) > 0 THEN false
        WHEN count(*) FILTER (WHERE is_addressed IS NOT false AND is_met IS NOT true) > 0 THEN NULL
        ELSE true END AS is_met,
    NULL AS actual,
    NULL AS required,
    NULL AS done,
    NULL AS due,
    false AS is_due_whole,
    bool_or(has_duty) AS has_duty,
    bool_or(is_open) AS is_open,
    bool_and(has_submission) AS has_submission,
    bool_or(needs_submission) AS needs_submission,
    bool_or(has_cell_error) AS has_cell_error,
    CASE WHEN count(*) FILTER (WHERE is_addressed AND NOT is_met AND lost_row_count = 0) > 0 THEN 0
        ELSE sum(lost_row_count)::BIGINT END AS lost_row_count,
    max(missing_sheet_count) AS missing_sheet_count,
    max(missing_month_count) AS missing_month_count,
    max(owed_month_count) AS owed_month_count,
    min(window_start) AS window_start,
    max(window_end) AS window_end
FROM out_verdict
WHERE list_contains($parts, indicator) AND NOT is_detail
GROUP BY unit_level, unit_code
ORDER BY unit_level, unit_code
