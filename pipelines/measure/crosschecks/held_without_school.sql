-- Q-NO-SCHOOL-DAY. Grain: one row per drill, or training of students, on a day of the submission's month on which the
-- region's calendar has no school for that stage.
-- Purpose: events that were written in rather than held. A day outside the month stated is another finding's.
-- Parameters: $student_audiences VARCHAR[]. Reads check_school_day: one row per stage and day of school.
WITH held AS (
    SELECT submission_no, 'drills' AS table_name, row_no, drill_name AS row_label, held_date
    FROM core_drills
    UNION ALL
    SELECT submission_no, 'trainings', row_no, topic, held_date
    FROM core_trainings
    WHERE list_contains($student_audiences, audience)
)
SELECT
    'Q-NO-SCHOOL-DAY' AS code,
    submission.submission_no,
    held.table_name,
    held.row_no,
    'held_date' AS field,
    held.held_date::VARCHAR AS value,
    NULL::VARCHAR AS detail,
    held.row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM held
JOIN check_submission AS submission USING (submission_no)
LEFT JOIN check_school_day AS school_day
    ON school_day.stage = submission.calendar_stage AND school_day.day = held.held_date
WHERE strftime(held.held_date, '%Y-%m') = submission.month AND school_day.day IS NULL
ORDER BY submission.submission_no, held.table_name, held.row_no
