-- risk: one row per expected school, what is counted of it when schools to visit are chosen.
-- Purpose: hazards overdue at the cut-off day; of the running school year the visits, the items of which the month's last
-- visit contradicted the school's yes, and the incidents. Who has not reported is counted by the report.
WITH span AS (
    SELECT
        make_date(year($cut_off::DATE) - (month($cut_off::DATE) < 9)::INTEGER, 9, 1) AS first_date,
        $cut_off::DATE AS last_date
),
hazard AS (
    SELECT
        school_code,
        count(*) FILTER (WHERE level = 'major') AS overdue_major_count,
        count(*) FILTER (WHERE level IS DISTINCT FROM 'major') AS overdue_count
    FROM fact_hazard
    WHERE case_status = 'overdue'
    GROUP BY school_code
),
visit AS (
    SELECT school_code, count(DISTINCT held_date) AS visit_count
    FROM fact_inspection
    JOIN span ON held_date BETWEEN first_date AND last_date
    GROUP BY school_code
),
own AS (
    SELECT submission.school_code, submission.month, checklist.item_id, min(checklist.answer) AS answer
    FROM fact_submission AS submission
    JOIN core_checklist AS checklist USING (submission_no)
    WHERE checklist.item_id IS NOT NULL
    GROUP BY submission.school_code, submission.month, checklist.item_id
    HAVING count(DISTINCT checklist.answer) = 1
),
disagreed AS (
    SELECT visited.school_code, count(*) AS disagreed_count
    FROM fact_visited_item AS visited
    JOIN span ON visited.held_date BETWEEN first_date AND last_date
    JOIN own ON own.school_code = visited.school_code AND own.month = visited.month AND own.item_id = visited.item_id
    WHERE own.answer = 'yes' AND visited.result = 'no'
    GROUP BY visited.school_code
)
SELECT
    register.school_code,
    coalesce(hazard.overdue_major_count, 0) AS overdue_major_count,
    coalesce(hazard.overdue_count, 0) AS overdue_count,
    coalesce(visit.visit_count, 0) AS visit_count,
    coalesce(disagreed.disagreed_count, 0) AS disagreed_count,
    coalesce(incident.incident_count, 0) AS incident_count
FROM fact_register AS register
LEFT JOIN hazard ON hazard.school_code = register.school_code
LEFT JOIN visit ON visit.school_code = register.school_code
LEFT JOIN disagreed ON disagreed.school_code = register.school_code
LEFT JOIN fact_incident_school AS incident ON incident.school_code = register.school_code
ORDER BY register.school_code
