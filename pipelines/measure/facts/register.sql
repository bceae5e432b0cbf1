-- fact_register: one row per school that is expected on the cut-off day.
-- Purpose: denominators. Rows of the latest accepted bureau workbook that has a register; teaching points and
-- schools outside their validity dates are not expected.
WITH picked AS (
    SELECT submission_no
    FROM fact_bureau_submission
    WHERE submission_no IN (SELECT submission_no FROM core_register)
    ORDER BY month DESC, submission_no DESC
    LIMIT 1
)
SELECT
    school_code,
    school_name,
    school_type,
    ownership,
    urban_rural,
    township,
    valid_from_date
FROM core_register
WHERE submission_no IN (SELECT submission_no FROM picked)
    AND school_code IS NOT NULL
    AND (valid_from_date IS NULL OR valid_from_date <= $cut_off)
    AND (valid_to_date IS NULL OR valid_to_date >= $cut_off)
    AND NOT list_contains($excluded_school_types, coalesce(school_type, ''))
QUALIFY row_number() OVER (PARTITION BY school_code ORDER BY valid_from_date DESC NULLS LAST, row_no) = 1
ORDER BY school_code
