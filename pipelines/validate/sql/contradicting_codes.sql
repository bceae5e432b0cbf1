-- Items whose code belongs to another item than their words: the words count. One finding a sheet, with their number.
-- Reads: typed (of one table, named $table), written (vocabulary, form, value), $items: the items' vocabulary.
INSERT INTO found
SELECT
    submission_no, 'R-ITEM-WORDS', $table, sheet_no, min(row_no), 'item_code',
    arg_min(item_code || ' ' || item_name, position), count(*)::VARCHAR, NULL
FROM typed
JOIN written ON vocabulary = $items AND form = item_code
WHERE item_name IS NOT NULL AND value <> item_id
GROUP BY submission_no, sheet_no
