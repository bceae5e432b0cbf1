-- fact_perimeter: one row per site found: day, school, kind and place; the latest workbook's row speaks.
-- Purpose: sites found and cleared, and cleared ones found again at the same place.
WITH site AS (
    SELECT
        perimeter.found_date,
        perimeter.school_code,
        register.township,
        perimeter.category,
        perimeter.location,
        perimeter.distance_metres,
        perimeter.cleared_date,
        CASE WHEN NOT list_contains(perimeter.invalid_fields, 'bodies') THEN perimeter.bodies IS NOT NULL END AS has_bodies
    FROM fact_event AS event
    JOIN core_perimeter AS perimeter USING (submission_no, row_no)
    LEFT JOIN fact_register AS register ON register.school_code = perimeter.school_code
    WHERE event.table_name = 'perimeter' AND event.speaks AND event.event_date IS NOT NULL
)
SELECT
    site.*,
    (
        SELECT min(again.found_date)
        FROM site AS again
        WHERE again.school_code IS NOT DISTINCT FROM site.school_code
            AND again.category IS NOT DISTINCT FROM site.category
            AND again.location IS NOT DISTINCT FROM site.location
            AND again.found_date > site.cleared_date
            AND again.found_date <= $cut_off
    ) - site.cleared_date AS days_to_recurrence
FROM site
ORDER BY site.found_date, site.school_code, site.category, site.location
