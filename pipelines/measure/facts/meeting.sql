-- fact_meeting: one row per meeting: kind, day and township, whichever month's workbook lists it.
-- Purpose: a three-party meeting is full when all three parties came, any meeting complete when every body invited did.
-- Bodies go by their names in the standard where it has them.
WITH known AS (
    SELECT map(list(written), list(body)) AS by_name FROM known_body
)
SELECT
    meeting.meeting_type,
    meeting.held_date,
    meeting.township,
    meeting.expected_bodies,
    meeting.attended_bodies,
    body_list(meeting.expected_bodies, known.by_name) AS expected_list,
    body_list(meeting.attended_bodies, known.by_name) AS attended_list,
    list_has_all(attended_list, expected_list) AS is_complete,
    meeting.is_governance_office_present AND meeting.is_police_present AND meeting.is_school_present
        AS is_full_tripartite
FROM fact_event AS event
JOIN core_meetings AS meeting USING (submission_no, row_no)
CROSS JOIN known
WHERE event.table_name = 'meetings' AND event.speaks AND event.event_date IS NOT NULL
ORDER BY meeting.held_date, meeting.meeting_type, meeting.township
