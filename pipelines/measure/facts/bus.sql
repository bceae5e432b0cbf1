-- fact_bus: one row per bus in the school's point submission.
-- Purpose: checks, drivers and permits of school buses.
SELECT
    school.school_code,
    school.township,
    bus.plate_no,
    bus.seat_count,
    bus.is_driver_qualified,
    bus.term_check_date,
    bus.winter_check_date,
    bus.last_check_date,
    list_contains(bus.invalid_fields, 'term_check_date') AS is_term_check_in_doubt,
    list_contains(bus.invalid_fields, 'winter_check_date') AS is_winter_check_in_doubt,
    bus.permit_until_date,
    CASE WHEN NOT list_contains(bus.invalid_fields, 'attendant_name') THEN bus.attendant_name IS NOT NULL END
        AS has_attendant,
    bus.is_hazard_fixed
FROM fact_point AS school
JOIN core_buses AS bus USING (submission_no)
ORDER BY school.school_code, bus.row_no
