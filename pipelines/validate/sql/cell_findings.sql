-- Unreadable cells one by one, with the readings between which they cannot be decided; repairs once a sheet, field and
-- kind, with their number and first text, and what was made of it where that is not plain to see.
-- Reads: odd, cells (of one table, named $table).
INSERT INTO found
SELECT submission_no, odd.e, $table, sheet_no, row_no, odd.field, odd.text, odd.d, row_label
FROM odd JOIN cells USING (position)
WHERE odd.e IS NOT NULL AND odd.e <> 'UNREADABLE'
UNION ALL
SELECT submission_no, odd.r, $table, sheet_no, min(row_no), odd.field,
    arg_min(CASE WHEN odd.r IN ('R-UNIT', 'R-SERIAL-DATE', 'R-YEAR-ADDED', 'R-DATE-READ', 'R-CHINESE-DIGITS', 'R-CLOCK', 'R-CODE-ZEROS')
        THEN odd.text || '→' || regexp_replace(odd.v, '\.0+$|(\.\d*?)0+$|:00$', '\1') ELSE odd.text END, position),
    count(*)::VARCHAR, NULL
FROM odd JOIN cells USING (position)
WHERE odd.r IS NOT NULL
GROUP BY submission_no, odd.r, sheet_no, odd.field
