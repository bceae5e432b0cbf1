-- out_verdict: one row per indicator and unit, before the status is decided.
-- Purpose: what every engine writes. Counts of what is lost or missing decide whether an unmet rule is known to be.
CREATE OR REPLACE TEMP TABLE out_verdict (
    indicator VARCHAR,
    unit_level VARCHAR,
    unit_code VARCHAR,
    campus VARCHAR,
    stage VARCHAR,
    is_detail BOOLEAN,
    is_addressed BOOLEAN,
    is_met BOOLEAN,
    actual BIGINT,
    required BIGINT,
    done BIGINT,
    due BIGINT,
    is_due_whole BOOLEAN,
    has_duty BOOLEAN,
    is_open BOOLEAN,
    has_submission BOOLEAN,
    needs_submission BOOLEAN,
    has_cell_error BOOLEAN,
    lost_row_count BIGINT,
    missing_sheet_count BIGINT,
    missing_month_count BIGINT,
    owed_month_count BIGINT,
    window_start DATE,
    window_end DATE
)
