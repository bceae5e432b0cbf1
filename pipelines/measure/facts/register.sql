-- fact_register: one row per school that is expected on the cut-off day.
-- Purpose: denominators. Teaching points and schools outside their validity dates are known but not expected.
SELECT
    * EXCLUDE (is_expected)
FROM known_school
WHERE is_expected
ORDER BY school_code
