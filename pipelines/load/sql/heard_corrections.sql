-- Rows of the bureau's sheet of corrections received by $as_of (all of them where it is NULL), in the order of receipt.
-- Grain: one row per row of the sheet. *_text: as extract left it; the core table keeps no value that may be restricted.
-- Parameters: $paths VARCHAR[], the files record_corrections.parquet of extract; $as_of TIMESTAMP.
SELECT
    gathered.* EXCLUDE (expected_value, new_value),
    received.received_at,
    written.month AS month_text,
    written.school_code AS school_text,
    written.expected_value AS expected_text,
    written.new_value AS new_text,
    written.submission_no IS NULL AS is_pruned
FROM gathered_corrections AS gathered
JOIN core_submissions AS received USING (submission_no)
LEFT JOIN read_parquet($paths, union_by_name = true) AS written USING (submission_no, row_no)
WHERE received.origin = 'bureau'
    AND received.version IS NOT NULL
    AND ($as_of::TIMESTAMP IS NULL OR received.received_at <= $as_of::TIMESTAMP)
ORDER BY received.received_at, gathered.submission_no, gathered.row_no
