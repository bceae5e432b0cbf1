-- Items answered more than once: `is_differing` where the answers are not the same, `turn` counts the rows.
-- Grain: one row per row of typed whose item_key stands more than once.
CREATE OR REPLACE TEMP TABLE repeated AS
SELECT
    position,
    min(item_answer) OVER same <> max(item_answer) OVER same AS is_differing,
    row_number() OVER (PARTITION BY submission_no, item_key ORDER BY position) AS turn
FROM typed
WHERE item_id IS NOT NULL
WINDOW same AS (PARTITION BY submission_no, item_key)
QUALIFY count(*) OVER same > 1
