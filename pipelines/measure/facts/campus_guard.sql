-- fact_campus_guard: one row per guard and campus at which he or she is; guards who name no campus of several are nowhere.
-- Purpose: staffing of each campus. A school with one campus, or that lists none, has all its guards there.
SELECT
    campus.campus,
    guard.*
FROM fact_campus AS campus
JOIN fact_guard AS guard
    ON guard.school_code = campus.school_code
    AND (campus.listed_count = 1 OR guard.campus_name IN (campus.campus, campus.campus_name))
ORDER BY guard.school_code, campus.campus, guard.row_no
