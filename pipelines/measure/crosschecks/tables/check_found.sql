-- check_found: one row per offending row; every check adds its own. value, detail and row_label fill the code's message
-- (findings.yaml); row_no and field are NULL where no row or cell holds what is wrong. others: codes of schools that share
-- it, some of other_count.
SELECT
    NULL::VARCHAR AS code,
    NULL::BIGINT AS submission_no,
    NULL::VARCHAR AS table_name,
    NULL::INTEGER AS row_no,
    NULL::VARCHAR AS field,
    NULL::VARCHAR AS value,
    NULL::VARCHAR AS detail,
    NULL::VARCHAR AS row_label,
    NULL::VARCHAR[] AS others,
    NULL::INTEGER AS other_count
WHERE false
