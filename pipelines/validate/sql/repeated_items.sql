-- Items answered more than once: `is_differing` where the answers are not the same, `turn` counts the rows.
-- Reads: typed, answer (position, said). Grain: one row per row of typed whose item_key stands more than once.
CREATE OR REPLACE TEMP TABLE repeated AS
WITH twice AS (
    SELECT submission_no, item_key
    FROM typed
    WHERE item_id IS NOT NULL
    GROUP BY submission_no, item_key
    HAVING count(*) > 1
)
SELECT
    position,
    min(said) OVER same <> max(said) OVER same AS is_differing,
    row_number() OVER (PARTITION BY submission_no, item_key ORDER BY position) AS turn
FROM twice
JOIN typed USING (submission_no, item_key)
JOIN answer USING (position)
WINDOW same AS (PARTITION BY submission_no, item_key)
