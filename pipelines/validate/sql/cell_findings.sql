-- Unreadable cells one by one; repairs once a sheet, field and kind, with their number and first text.
-- Reads: odd, cells (of one table, named $table).
INSERT INTO found
SELECT submission_no, odd.e, $table, sheet_no, row_no, odd.field, odd.text, NULL, row_label
FROM odd JOIN cells USING (position)
WHERE odd.e IS NOT NULL AND odd.e <> 'UNREADABLE'
UNION ALL
SELECT submission_no, odd.r, $table, sheet_no, min(row_no), odd.field, arg_min(odd.text, position), count(*)::VARCHAR, NULL
FROM odd JOIN cells USING (position)
WHERE odd.r IS NOT NULL
GROUP BY submission_no, odd.r, sheet_no, odd.field
