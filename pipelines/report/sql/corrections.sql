-- What the bureau corrected of months up to $last_month, by corrections received by $as_of. Grain: one row per correction
-- that speaks: one that a later row replaced or withdrew is left out. `state` is applied or failed.
SELECT
    coalesce(month, '') AS month,
    coalesce(school_code, '') AS school_code,
    table_name,
    sheet,
    coalesce(target_row_no, 0) AS target_row_no,
    cell,
    field,
    item,
    place,
    old_text,
    new_text,
    reason,
    decided_by,
    decided_date,
    objection,
    objection_outcome,
    state,
    message,
    file,
    row_no
FROM core_corrected_cells
WHERE state IN ('applied', 'failed')
    AND coalesce(month, '') <= $last_month
    AND received_at <= $as_of
ORDER BY month, school_code, table_name, target_row_no, cell, received_at, row_no
