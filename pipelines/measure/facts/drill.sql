-- fact_drill: one row per drill: school, day, name and campus, whichever month's workbook lists it.
-- Purpose: drills in a window. A drill is one of evacuation when its name says so, or when its category is and the
-- name speaks of nothing else; not known where the name cannot be read.
SELECT
    event.school_code,
    register.township,
    drill.held_date,
    drill.drill_name,
    drill.category,
    drill.campus_name,
    drill.expected_count,
    drill.attended_count,
    drill.evacuation_seconds,
    drill.has_plan,
    drill.rating,
    drill.is_homeroom_signed,
    drill.invalid_fields AS unread_fields,
    CASE WHEN NOT list_contains(drill.invalid_fields, 'drill_name') THEN
        NOT coalesce(regexp_matches(drill.drill_name, $no_evacuation_name), false)
        AND (
            coalesce(regexp_matches(drill.drill_name, $evacuation_name), false)
            OR (
                coalesce(list_contains($evacuation_categories, drill.category), false)
                AND NOT coalesce(regexp_matches(drill.drill_name, $other_drill_words), false)
            )
        ) END AS is_evacuation
FROM fact_event AS event
JOIN core_drills AS drill USING (submission_no, row_no)
JOIN fact_register AS register ON register.school_code = event.school_code
WHERE event.table_name = 'drills' AND event.speaks AND event.event_date IS NOT NULL
ORDER BY event.school_code, drill.held_date, drill.drill_name, drill.campus_name
