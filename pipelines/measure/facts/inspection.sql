-- fact_inspection: one row per visit and item looked at, with the school's own answer beside it.
-- Purpose: visits by level; agreement of what was found with what the school reports.
WITH own AS (
    SELECT
        school.school_code,
        checklist.item_id,
        min(checklist.answer) AS own_answer
    FROM fact_point AS school
    JOIN core_checklist AS checklist USING (submission_no)
    WHERE checklist.item_id IS NOT NULL
    GROUP BY school.school_code, checklist.item_id
    HAVING count(DISTINCT checklist.answer) = 1
)
SELECT
    inspection.held_date,
    inspection.school_code,
    register.township,
    register.school_code IS NOT NULL AS is_expected,
    inspection.level,
    inspection.method,
    inspection.inspection_kind,
    concat_ws(' ', inspection.inspection_kind, inspection.item_name) AS label,
    inspection.item_id,
    inspection.result,
    own.own_answer,
    coalesce(inspection.result IN ('yes', 'no') AND own.own_answer IN ('yes', 'no'), false) AS is_compared,
    coalesce(inspection.result IN ('yes', 'no') AND inspection.result = own.own_answer, false) AS is_agreed,
    inspection.problem_count,
    inspection.assigned_count,
    inspection.fixed_count,
    coalesce(inspection.is_notified, false) AS is_notified,
    inspection.submission_no,
    inspection.row_no
FROM fact_event AS event
JOIN core_inspections AS inspection USING (submission_no, row_no)
LEFT JOIN fact_register AS register ON register.school_code = inspection.school_code
LEFT JOIN own ON own.school_code = inspection.school_code AND own.item_id = inspection.item_id
WHERE event.table_name = 'inspections' AND event.speaks AND event.event_date IS NOT NULL
ORDER BY inspection.held_date, inspection.school_code, inspection.level, inspection.item_id, inspection.item_name
