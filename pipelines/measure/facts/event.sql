-- fact_event: one row per row of a dated list: what it lists, whether it speaks of it, and whether that is certain.
-- Purpose: drills, sessions, meetings, visits and sites are known by the columns below, and the row of the latest
-- workbook speaks. is_unknown: one of those columns cannot be read, so that the row may tell of another event.
-- school_code is '' for the bureau's own lists; event_date is the row's own day, unknown where that is blank or unreadable.
WITH submission AS (
    SELECT school_code AS school, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
)
SELECT
    'drills' AS table_name, submission_no, row_no, school AS school_code, held_date AS event_date, invalid_fields,
    list_has_any(invalid_fields, ['held_date', 'drill_name', 'campus_name']) AS is_unknown,
    1 = row_number() OVER (
        PARTITION BY school, held_date, drill_name, campus_name ORDER BY month DESC, row_no
    ) AS speaks
FROM core_drills
JOIN submission USING (submission_no)
UNION ALL
SELECT
    'trainings', submission_no, row_no, school, held_date, invalid_fields,
    list_has_any(invalid_fields, ['held_date', 'topic', 'audience']),
    1 = row_number() OVER (PARTITION BY school, held_date, topic, audience ORDER BY month DESC, row_no)
FROM core_trainings
JOIN submission USING (submission_no)
UNION ALL
SELECT
    'meetings', submission_no, row_no, school, held_date, invalid_fields,
    list_has_any(invalid_fields, ['held_date', 'meeting_type', 'township']),
    1 = row_number() OVER (PARTITION BY held_date, meeting_type, township ORDER BY month DESC, row_no)
FROM core_meetings
JOIN submission USING (submission_no)
UNION ALL
SELECT
    'inspections', submission_no, row_no, school, held_date, invalid_fields,
    list_has_any(invalid_fields, ['held_date', 'school_code', 'level', 'inspection_kind', 'item_id', 'item_name']),
    1 = row_number() OVER (
        PARTITION BY held_date, school_code, level, inspection_kind, item_id, item_name ORDER BY month DESC, row_no
    )
FROM core_inspections
JOIN submission USING (submission_no)
UNION ALL
SELECT
    'perimeter', submission_no, row_no, school, found_date, invalid_fields,
    list_has_any(invalid_fields, ['found_date', 'school_code', 'category', 'location']),
    1 = row_number() OVER (PARTITION BY found_date, school_code, category, location ORDER BY month DESC, row_no)
FROM core_perimeter
JOIN submission USING (submission_no)
