-- fact_incident_school: one row per school with an incident in the running school year.
-- Purpose: schools where incidents are frequent.
SELECT
    school_code,
    township,
    count(*) AS incident_count
FROM fact_incident
WHERE event_at::DATE <= $cut_off
    AND event_at::DATE >= make_date(year($cut_off::DATE) - (month($cut_off::DATE) < 9)::INTEGER, 9, 1)
GROUP BY school_code, township
ORDER BY school_code
