-- fact_incident: one row per school and incident, all its reports taken together. A number under which reports name
-- different days stands for different incidents (numbers often begin again each month): its case_no carries the day.
-- Purpose: minutes from known to reported. The first time given for each recipient counts. A special inspection that
-- follows has been held on the day of the incident or later. One report that calls it major makes it so; a place is known
-- where none names another. unread_fields are cells of any report that cannot be read, its number where that matters.
WITH covered AS (
    SELECT school_code, least(max(month_end_date), $cut_off::DATE) AS observed_until_date
    FROM fact_submission
    GROUP BY school_code
),
special AS (
    SELECT
        school_code,
        max(held_date) AS last_date,
        max(held_date) FILTER (WHERE is_notified) AS last_public_date
    FROM fact_inspection
    WHERE method = 'special' AND held_date <= $cut_off
    GROUP BY school_code
),
numbered AS (
    SELECT
        *,
        CASE
            WHEN min(event_date) OVER same <> max(event_date) OVER same
                THEN incident_no || '/' || coalesce(event_date::VARCHAR, month)
            ELSE coalesce(incident_no, strftime(occurred_at, '%Y-%m-%dT%H:%M'), month || ' row ' || row_no)
        END AS case_no
    FROM fact_report
    WINDOW same AS (PARTITION BY school_code, coalesce(incident_no, month || ' row ' || row_no))
)
SELECT
    incident.school_code,
    register.township,
    incident.case_no,
    min(incident.occurred_at) AS occurred_at,
    min(incident.known_at) AS known_at,
    coalesce(min(incident.known_at), min(incident.occurred_at)) AS event_at,
    min(incident.reported_government_at) AS reported_government_at,
    min(incident.reported_education_at) AS reported_education_at,
    max(incident.injured_count) AS injured_count,
    max(incident.death_count) AS death_count,
    max(incident.student_death_count) AS student_death_count,
    CASE WHEN count(DISTINCT incident.place_kind) = 1 THEN min(incident.place_kind) END AS place_kind,
    coalesce(min(incident.level) FILTER (WHERE regexp_matches(incident.level, $major_incident)), min(incident.level))
        AS level,
    bool_or(regexp_matches(incident.level, $major_incident)) AS is_major,
    CASE WHEN event_at IS NOT NULL THEN coalesce(max(special.last_date) >= event_at::DATE, false) END
        AS has_special_inspection,
    CASE WHEN event_at IS NOT NULL THEN coalesce(max(special.last_public_date) >= event_at::DATE, false) END
        AS has_public_report,
    min(incident.category) AS category,
    max(covered.observed_until_date) + to_days(1) - to_seconds(1) AS observed_until_at,
    min(incident.known_at) IS NULL OR bool_or(list_has_any(
        incident.unread_fields, ['incident_no', 'known_at', 'reported_government_at', 'reported_education_at']
    )) AS is_in_doubt,
    min(incident.known_at) IS NULL
        OR bool_or(list_has_any(incident.unread_fields, ['incident_no', 'known_at', 'reported_education_at']))
        AS is_education_in_doubt,
    list_distinct(flatten(list(incident.unread_fields))) AS unread_fields
FROM numbered AS incident
JOIN fact_register AS register ON register.school_code = incident.school_code
JOIN covered ON covered.school_code = incident.school_code
LEFT JOIN special ON special.school_code = incident.school_code
GROUP BY ALL
ORDER BY incident.school_code, incident.case_no
