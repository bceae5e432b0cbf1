-- Rows whose words or code no item of the catalogue claims. Reads: typed (of one table, named $table).
INSERT INTO found
SELECT submission_no, 'E-ITEM-UNKNOWN', $table, sheet_no, row_no, 'item_name', coalesce(item_name, item_code), NULL, NULL
FROM typed
WHERE item_id IS NULL AND coalesce(item_name, item_code) IS NOT NULL
