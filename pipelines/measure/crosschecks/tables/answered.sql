-- Offending rows with what the school said to them, in order of file, sheet and row. Grain: one row per offending row.
-- Reads check_placed, answer.
SELECT check_placed.*, answer.answer_category, answer.answer
FROM check_placed
LEFT JOIN answer ON answer.asked_no = check_placed.placed_no
ORDER BY placed_no
