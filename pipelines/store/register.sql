-- The register that counts: that of the latest accepted bureau workbook with a register, received by $as_of for a month
-- up to $month. Grain: one row per school code; of several rows the one that is valid on $day, then the latest.
-- is_expected: valid on $day and of a type that the standard counts. An open end of validity is NULL.
-- Parameters: $as_of TIMESTAMP, $month VARCHAR, $day DATE, $excluded_school_types VARCHAR[].
WITH picked AS (
{picked}
),
judged AS (
    SELECT
        *,
        (valid_from_date IS NULL OR valid_from_date <= $day)
            AND (valid_to_date IS NULL OR valid_to_date >= $day)
            AND NOT list_contains($excluded_school_types, coalesce(school_type, '')) AS is_expected
    FROM core_register
    WHERE submission_no IN (SELECT submission_no FROM picked) AND school_code IS NOT NULL
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
    successor_code,
    is_expected
FROM judged
QUALIFY row_number() OVER (
    PARTITION BY school_code ORDER BY is_expected DESC, valid_from_date DESC NULLS LAST, row_no
) = 1
ORDER BY school_code
