-- The rule that speaks on each cell: none where the cell could not be read, else the first in rank.
-- Reads: failed (position, code, rank), rule (code, field, effect), spoilt. Grain: one row per position and field.
CREATE OR REPLACE TEMP TABLE speaking AS
SELECT failed.position, failed.code, rule.field, rule.effect
FROM failed
JOIN rule USING (code)
ANTI JOIN spoilt USING (position, field)
QUALIFY row_number() OVER (PARTITION BY failed.position, rule.field ORDER BY failed.rank) = 1
