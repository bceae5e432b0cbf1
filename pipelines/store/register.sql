-- The register that counts: that of the latest accepted bureau workbook with a register, received by $as_of for a month
-- up to $month. Grain: one row per school code; of several rows the one that is valid on $day, then the latest.
-- is_expected: valid on $day and of a type that the standard counts. An open end of validity is NULL.
-- valid_from_date: the first day of the rows that lead to this one without a gap, of types that the standard counts, so
-- that a school that moves or changes its type owes what it owed before. valid_to_date is the row's own.
-- Parameters: $as_of TIMESTAMP, $month VARCHAR, $day DATE, $excluded_school_types VARCHAR[].
WITH picked AS (
{picked}
),
listed AS (
    SELECT *, NOT list_contains($excluded_school_types, coalesce(school_type, '')) AS is_counted
    FROM core_register
    WHERE submission_no IN (SELECT submission_no FROM picked) AND school_code IS NOT NULL
),
parted AS (
    SELECT
        *,
        coalesce(
            max(coalesce(valid_to_date, DATE '9999-12-31')) OVER (
                stretch ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
            ) < valid_from_date - 1,
            false
        ) AS is_anew
    FROM listed
    WINDOW stretch AS (PARTITION BY school_code, is_counted ORDER BY valid_from_date NULLS FIRST, row_no)
),
joined AS (
    SELECT *, count_if(is_anew) OVER (
        PARTITION BY school_code, is_counted ORDER BY valid_from_date NULLS FIRST, row_no
    ) AS part_no
    FROM parted
),
judged AS (
    SELECT
        *,
        first_value(valid_from_date) OVER (
            PARTITION BY school_code, is_counted, part_no ORDER BY valid_from_date NULLS FIRST, row_no
        ) AS begun_date,
        (valid_from_date IS NULL OR valid_from_date <= $day) AND (valid_to_date IS NULL OR valid_to_date >= $day)
            AS is_valid
    FROM joined
)
SELECT
    school_code,
    school_name,
    school_type,
    ownership,
    urban_rural,
    township,
    begun_date AS valid_from_date,
    valid_to_date,
    change_reason,
    successor_code,
    is_valid AND is_counted AS is_expected
FROM judged
QUALIFY row_number() OVER (
    PARTITION BY school_code ORDER BY is_valid DESC, judged.valid_from_date DESC NULLS LAST, row_no
) = 1
ORDER BY school_code
