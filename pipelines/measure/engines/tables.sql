-- out_count: one row per counted indicator and unit.
CREATE OR REPLACE TEMP TABLE out_count (indicator VARCHAR, unit_level VARCHAR, unit_code VARCHAR, number BIGINT);
-- out_case: one row per case of a duration.
CREATE OR REPLACE TEMP TABLE out_case (
    indicator VARCHAR,
    school_code VARCHAR,
    case_no VARCHAR,
    start_at TIMESTAMP,
    end_at TIMESTAMP,
    observed_until_at TIMESTAMP,
    deadline_at TIMESTAMP,
    case_status VARCHAR,
    is_in_cohort BOOLEAN,
    is_due BOOLEAN,
    is_on_time BOOLEAN,
    duration BIGINT,
    is_observed BOOLEAN,
    is_daily BOOLEAN,
    flags VARCHAR[]
);
-- Unknown when either side is: DuckDB's greatest and least skip what is unknown.
CREATE OR REPLACE TEMP MACRO max_of(a, b) AS CASE WHEN a >= b THEN a WHEN b > a THEN b END;
CREATE OR REPLACE TEMP MACRO min_of(a, b) AS CASE WHEN a <= b THEN a WHEN b < a THEN b END;
