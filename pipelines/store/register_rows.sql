-- Rows of the register that counts (as register.sql picks it), as they stand there. Grain: one row per entry.
-- Parameters: $as_of TIMESTAMP, $month VARCHAR.
WITH picked AS (
{picked}
)
SELECT
    school_code,
    school_name,
    school_type,
    ownership,
    urban_rural,
    township,
    valid_from_date,
    valid_to_date,
    change_reason,
    successor_code
FROM core_register
WHERE submission_no IN (SELECT submission_no FROM picked) AND school_code IS NOT NULL
ORDER BY school_code, valid_from_date NULLS FIRST, row_no
