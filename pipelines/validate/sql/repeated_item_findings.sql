-- Differing answers to one item. Reads: typed (of one table, named $table), repeated.
INSERT INTO found
SELECT submission_no, 'E-ITEM-DUP', $table, sheet_no, row_no, 'item_name', item_name, NULL, item_name
FROM typed JOIN repeated USING (position)
WHERE is_differing
