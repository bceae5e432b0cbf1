-- What was kept out of the workbooks that count. Grain: one row per sender (school_code '' is the bureau) with any.
-- Reads: counted, as measure wrote it (school_code, month, submission_no). Parameters: $months VARCHAR[].
-- row_count: rows kept out; cell_count: cells that cannot be read in rows that were let in.
SELECT
    counted.school_code,
    sum(sheet.lost_row_count)::BIGINT AS row_count,
    sum(sheet.unknown_cell_count)::BIGINT AS cell_count
FROM core_sheets AS sheet
JOIN counted USING (submission_no)
WHERE list_contains($months, counted.month)
GROUP BY counted.school_code
HAVING sum(sheet.lost_row_count) + sum(sheet.unknown_cell_count) > 0
ORDER BY counted.school_code
