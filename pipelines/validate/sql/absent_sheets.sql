-- Required sheets that a file not refused lacks, and those that hold neither a record nor a nil return.
-- Reads: identity, extracted_sheet, required_sheet (table_name, title, allows_nil).
INSERT INTO found
SELECT i.submission_no, 'E-SHEET-MISSING', r.table_name, NULL, NULL, NULL, NULL, r.title, NULL
FROM identity AS i
CROSS JOIN required_sheet AS r
ANTI JOIN extracted_sheet AS s ON s.submission_no = i.submission_no AND s.table_name = r.table_name
WHERE i.origin = 'school' AND i.reject_code IS NULL
UNION ALL
SELECT s.submission_no, 'E-SHEET-EMPTY', s.table_name, min(s.sheet_no), NULL, NULL, NULL, NULL, NULL
FROM extracted_sheet AS s
JOIN identity AS i USING (submission_no)
JOIN required_sheet AS r USING (table_name)
WHERE i.reject_code IS NULL AND r.allows_nil
GROUP BY s.submission_no, s.table_name
HAVING sum(s.record_count) = 0 AND NOT bool_or(s.is_nil)
