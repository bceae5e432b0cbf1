-- fact_inspection: one row per visit and item looked at, with the school's own answer beside it.
-- Purpose: visits by level; agreement of what was found with what the school reports. is_compared and is_agreed are not
-- known where the school's answer is not: it cannot be read, its row was kept out, or no checklist is there.
WITH own AS (
    SELECT
        school.school_code,
        checklist.item_id,
        CASE WHEN count(DISTINCT checklist.answer) = 1 THEN min(checklist.answer) END AS own_answer,
        bool_or(list_contains(checklist.invalid_fields, 'answer')) AS is_unread
    FROM fact_point AS school
    JOIN core_checklist AS checklist USING (submission_no)
    WHERE checklist.item_id IS NOT NULL
    GROUP BY school.school_code, checklist.item_id
),
whole AS (
    SELECT point.school_code
    FROM fact_point AS point
    JOIN fact_sheet AS sheet ON sheet.school_code = point.school_code AND sheet.month = point.point_month
    WHERE sheet.table_name = 'checklist' AND sheet.is_reported AND sheet.lost_row_count = 0
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
    CASE
        WHEN NOT coalesce(inspection.result IN ('yes', 'no') AND inspection.item_id IS NOT NULL AND is_expected, false)
            THEN false
        WHEN own.is_unread OR own.item_id IS NULL AND whole.school_code IS NULL THEN NULL
        ELSE coalesce(own.own_answer IN ('yes', 'no'), false)
    END AS is_compared,
    is_compared AND inspection.result = own.own_answer AS is_agreed,
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
LEFT JOIN whole ON whole.school_code = inspection.school_code
WHERE event.table_name = 'inspections' AND event.speaks AND event.event_date IS NOT NULL
ORDER BY inspection.held_date, inspection.school_code, inspection.level, inspection.item_id, inspection.item_name
