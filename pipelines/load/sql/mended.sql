-- mended: findings that a correction has mended, with what is told of it. Grain: one row per finding.
CREATE TEMP TABLE mended (
    submission_no BIGINT,
    code VARCHAR,
    table_name VARCHAR,
    sheet VARCHAR,
    row_no INTEGER,
    field VARCHAR,
    told VARCHAR
)
