-- fact_meeting: one row per meeting: kind, day and township, whichever month's workbook lists it.
-- Purpose: a three-party meeting is full when all three parties came.
SELECT
    meeting.meeting_type,
    meeting.held_date,
    meeting.township,
    meeting.expected_bodies,
    meeting.attended_bodies,
    meeting.is_governance_office_present AND meeting.is_police_present AND meeting.is_school_present
        AS is_full_tripartite
FROM core_meetings AS meeting
JOIN fact_bureau_submission AS submission USING (submission_no)
WHERE meeting.held_date IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY meeting.meeting_type, meeting.held_date, meeting.township
    ORDER BY submission.month DESC, meeting.row_no
) = 1
ORDER BY meeting.held_date, meeting.meeting_type, meeting.township
