-- out_assessment: one row per indicator and unit, or one per campus or stage where the rule holds for each.
-- Purpose: what the release says of each unit, as measure leaves it. Whether all that is due is known is not published:
-- where a number is, it is taken to be whole.
CREATE OR REPLACE TEMP TABLE out_assessment AS
SELECT
    indicator,
    unit_level,
    unit_code,
    campus,
    stage,
    has_detail AS is_detail,
    status,
    reason,
    actual,
    required,
    done,
    due,
    due IS NOT NULL AS is_due_whole,
    window_start,
    window_end
FROM published_verdict
WHERE NOT (has_detail AND is_own)
