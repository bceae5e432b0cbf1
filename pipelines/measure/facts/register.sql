-- fact_register: one row per school that is expected on the cut-off day.
-- Purpose: denominators. Teaching points and schools outside their validity dates are known but not expected. A school
-- that changed its code owes from the day of the old one on.
SELECT
    known.* EXCLUDE (valid_to_date, change_reason, successor_code, is_expected)
        REPLACE (
            CASE WHEN renamed.school_code IS NULL THEN known.valid_from_date ELSE renamed.valid_from_date END
                AS valid_from_date
        )
FROM known_school AS known
LEFT JOIN fact_renamed AS renamed USING (school_code)
WHERE known.is_expected
ORDER BY school_code
