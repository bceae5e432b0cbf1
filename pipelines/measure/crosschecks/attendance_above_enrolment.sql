-- Q-ATTENDANCE-OVER. Grain: one row per drill or training attended by more people than the school has.
-- Purpose: attendance against the profile of the same submission: students for a training of students, students and
-- staff for a drill and for a training of both. Other audiences (parents, guards) are not in the profile.
-- Parameters: $student_audiences, $headcount_audiences VARCHAR[].
WITH held AS (
    SELECT submission_no, 'drills' AS table_name, row_no, drill_name AS row_label, attended_count, true AS is_of_all
    FROM core_drills
    UNION ALL
    SELECT submission_no, 'trainings', row_no, topic, attended_count, list_contains($headcount_audiences, audience)
    FROM core_trainings
    WHERE list_contains($student_audiences, audience) OR list_contains($headcount_audiences, audience)
),
limited AS (
    SELECT
        held.*,
        CASE WHEN held.is_of_all THEN people.headcount ELSE people.student_count END AS limit_count
    FROM held
    JOIN check_headcount AS people USING (submission_no)
)
SELECT
    'Q-ATTENDANCE-OVER' AS code,
    submission_no,
    table_name,
    row_no,
    'attended_count' AS field,
    attended_count::VARCHAR AS value,
    limit_count::VARCHAR AS detail,
    row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM limited
WHERE attended_count > limit_count
ORDER BY submission_no, table_name, row_no
