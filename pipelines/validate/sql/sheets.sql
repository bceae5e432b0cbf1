-- One row a contract sheet of a file not refused: rows kept and lost, whether it is a nil return, and its layout as JSON
-- (field to column, from 0; that of the first where the sheet came twice).
-- Reads: extracted_sheet, kept_count, lost_rows, identity.
WITH lost_count AS (
    SELECT submission_no, table_name, count(*) AS lost
    FROM lost_rows
    GROUP BY ALL
)
SELECT
    s.submission_no,
    s.table_name,
    string_agg(s.sheet, '、' ORDER BY s.sheet_no) AS sheet_name,
    coalesce(max(k.row_count), 0)::INTEGER AS row_count,
    (coalesce(max(l.lost), 0) + sum(s.left_out_count))::INTEGER AS lost_row_count,
    bool_or(s.is_nil) AND coalesce(max(k.row_count), 0) = 0 AS is_nil,
    arg_min(s.columns, s.sheet_no) AS columns
FROM extracted_sheet AS s
JOIN identity AS i ON i.submission_no = s.submission_no AND i.reject_code IS NULL
LEFT JOIN kept_count AS k ON k.submission_no = s.submission_no AND k.table_name = s.table_name
LEFT JOIN lost_count AS l ON l.submission_no = s.submission_no AND l.table_name = s.table_name
GROUP BY s.submission_no, s.table_name
ORDER BY s.submission_no, s.table_name
