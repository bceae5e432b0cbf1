-- fact_report: one row per report of an incident: its day, and whether it is certain of which incident it tells.
-- Purpose: a number that cannot be read may be that of any other report of the school of the same day, or of a day that
-- is not known: is_unsure, of both. unread_fields are the cells that cannot be read and matter: the number of those, and
-- occurred_at where nothing is known of known_at.
WITH dated AS (
    SELECT
        submission.school_code,
        submission.month,
        coalesce(incident.occurred_at, incident.known_at)::DATE AS event_date,
        incident.*
    FROM core_incidents AS incident
    JOIN fact_submission AS submission USING (submission_no)
),
compared AS (
    SELECT
        report.*,
        EXISTS (
            FROM dated AS other
            WHERE other.school_code = report.school_code
                AND (other.submission_no <> report.submission_no OR other.row_no <> report.row_no)
                AND list_contains(report.invalid_fields || other.invalid_fields, 'incident_no')
                AND coalesce(other.event_date = report.event_date, true)
        ) AS is_unsure
    FROM dated AS report
)
SELECT
    *,
    list_filter(invalid_fields, lambda name: name <> 'incident_no' AND (name <> 'occurred_at' OR known_at IS NULL))
        || CASE WHEN is_unsure THEN ['incident_no'] ELSE [] END AS unread_fields
FROM compared
