-- fact_incident_visit: one row per visit and item looked at, at schools with an incident in the running school year.
-- Purpose: what was done about schools where incidents are frequent.
SELECT
    inspection.held_date,
    inspection.school_code,
    inspection.township,
    inspection.label,
    inspection.is_notified,
    incident_school.incident_count
FROM fact_inspection AS inspection
JOIN fact_incident_school AS incident_school USING (school_code)
ORDER BY inspection.held_date, inspection.school_code, inspection.label
