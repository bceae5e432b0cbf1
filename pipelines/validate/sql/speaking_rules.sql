-- The rule that speaks on each cell: none where the cell could not be read, else the first in rank. A comparison
-- with a cell that is itself in error is not heard.
-- Reads: failed (position, code, rank), rule (code, field, effect, partners), spoilt.
-- Grain: one row per position and field.
CREATE OR REPLACE TEMP TABLE speaking AS
WITH standing AS (
    SELECT failed.position, failed.code, failed.rank, rule.field, rule.effect, rule.partners
    FROM failed
    JOIN rule USING (code)
    ANTI JOIN spoilt USING (position, field)
),
in_error AS (
    SELECT position, field
    FROM standing
    WHERE effect <> 'none' AND len(partners) = 0
)
SELECT standing.position, standing.code, standing.field, standing.effect
FROM standing
ANTI JOIN in_error
    ON in_error.position = standing.position AND list_contains(standing.partners, in_error.field)
QUALIFY row_number() OVER (PARTITION BY standing.position, standing.field ORDER BY standing.rank) = 1
