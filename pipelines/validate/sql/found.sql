-- Findings of the batch's records before they are worded. Grain: one row per cell, row, sheet or file at fault.
CREATE OR REPLACE TEMP TABLE found (
    submission_no BIGINT,
    code VARCHAR,
    table_name VARCHAR,
    sheet_no INTEGER,
    row_no INTEGER,
    field VARCHAR,
    value VARCHAR,
    detail VARCHAR,
    row_label VARCHAR
)
