-- Rows kept out. Grain: one row per lost row.
CREATE OR REPLACE TEMP TABLE lost_rows (table_name VARCHAR, submission_no BIGINT)
