-- Grain: one row per row of the checklist or the counts that was recognised as an item.
-- Purpose: where a school answered the item or gave its counts.
SELECT
    'checklist' AS table_name,
    submission_no,
    row_no,
    item_id
FROM core_checklist
WHERE list_contains($items, item_id)
UNION ALL
SELECT
    'counts' AS table_name,
    submission_no,
    row_no,
    item_id
FROM core_counts
WHERE list_contains($items, item_id)
ORDER BY table_name, submission_no, row_no;
