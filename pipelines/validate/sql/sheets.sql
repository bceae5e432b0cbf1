-- One row a contract sheet of a file not refused: rows kept and lost, whether it is a nil return, and the number of its
-- layout (that of the first where the sheet came twice).
-- Reads: extracted_sheet, kept_count, lost_rows, identity.
WITH lost_count AS (
    SELECT submission_no, table_name, count(*) AS lost
    FROM lost_rows
    GROUP BY ALL
),
whole AS (
    SELECT submission_no, table_name, min(sheet_no) AS sheet_no, sum(left_out_count) AS left_out, bool_or(is_nil) AS is_nil
    FROM extracted_sheet
    GROUP BY submission_no, table_name
),
further AS (
    SELECT s.submission_no, s.table_name, string_agg(s.sheet, '、' ORDER BY s.sheet_no) AS names
    FROM extracted_sheet AS s
    JOIN whole AS w ON w.submission_no = s.submission_no AND w.table_name = s.table_name AND w.sheet_no < s.sheet_no
    GROUP BY s.submission_no, s.table_name
)
SELECT
    w.submission_no,
    w.table_name,
    CASE WHEN f.names IS NULL THEN s.sheet ELSE concat_ws('、', s.sheet, f.names) END AS sheet_name,
    coalesce(k.row_count, 0)::INTEGER AS row_count,
    (coalesce(l.lost, 0) + w.left_out)::INTEGER AS lost_row_count,
    w.is_nil AND coalesce(k.row_count, 0) = 0 AS is_nil,
    s.layout_no
FROM whole AS w
JOIN extracted_sheet AS s ON s.submission_no = w.submission_no AND s.sheet_no = w.sheet_no
JOIN identity AS i ON i.submission_no = w.submission_no AND i.reject_code IS NULL
LEFT JOIN further AS f ON f.submission_no = w.submission_no AND f.table_name = w.table_name
LEFT JOIN kept_count AS k ON k.submission_no = w.submission_no AND k.table_name = w.table_name
LEFT JOIN lost_count AS l ON l.submission_no = w.submission_no AND l.table_name = w.table_name
ORDER BY w.submission_no, w.table_name
