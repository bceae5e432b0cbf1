-- Grain: one row per row of the checklist or the counts that was recognised as an item.
-- Purpose: where a school answered the item or gave its counts. Reads: stating, the submissions of point facts.
SELECT
    'checklist' AS table_name,
    submission_no,
    row_no,
    item_id
FROM core_checklist
JOIN stating USING (submission_no)
WHERE item_id IS NOT NULL
UNION ALL
SELECT
    'counts' AS table_name,
    submission_no,
    row_no,
    item_id
FROM core_counts
JOIN stating USING (submission_no)
WHERE item_id IS NOT NULL
ORDER BY table_name, submission_no, row_no;
