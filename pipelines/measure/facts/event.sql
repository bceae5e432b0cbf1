-- fact_event: one row per row of a dated list: what it lists, whether it speaks of it, and whether that is certain.
-- Purpose: drills, sessions, meetings, visits and sites are known by their day and keys, and the row of the latest
-- workbook speaks. A key that cannot be read may be any: such a row may tell again of what another row of that day tells,
-- or better than an earlier workbook did. is_unsure: it, or what it may tell better, may count or not; neither speaks.
-- is_unknown: day or key cannot be read. school_code is '' for the bureau's own lists; event_date is the row's own day,
-- unknown where that is blank or unreadable.
WITH submission AS (
    SELECT school_code AS school, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
),
keyed AS (
    SELECT
        'drills' AS table_name, 'held_date' AS date_field, submission_no, row_no, held_date AS event_date, invalid_fields,
        ['drill_name', 'campus_name'] AS key_names, [drill_name, campus_name] AS keys
    FROM core_drills
    UNION ALL
    SELECT
        'trainings', 'held_date', submission_no, row_no, held_date, invalid_fields,
        ['topic', 'audience'], [topic, audience]
    FROM core_trainings
    UNION ALL
    SELECT
        'meetings', 'held_date', submission_no, row_no, held_date, invalid_fields,
        ['meeting_type', 'township'], [meeting_type, township]
    FROM core_meetings
    UNION ALL
    SELECT
        'inspections', 'held_date', submission_no, row_no, held_date, invalid_fields,
        ['school_code', 'level', 'inspection_kind', 'item_id', 'item_name'],
        [school_code, level, inspection_kind, item_id, item_name]
    FROM core_inspections
    UNION ALL
    SELECT
        'perimeter', 'found_date', submission_no, row_no, found_date, invalid_fields,
        ['school_code', 'category', 'location'], [school_code, category, location]
    FROM core_perimeter
),
listed AS (
    SELECT
        keyed.*,
        submission.school,
        submission.month,
        list_has_any(invalid_fields, list_append(key_names, date_field)) AS is_unknown,
        is_unknown OR 1 = row_number() OVER (
            PARTITION BY table_name, school, event_date, keys, is_unknown ORDER BY month DESC, row_no
        ) AS is_latest
    FROM keyed
    JOIN submission USING (submission_no)
),
alike AS (
    SELECT
        unknown.table_name,
        unknown.submission_no,
        unknown.row_no,
        other.submission_no AS other_submission_no,
        other.row_no AS other_row_no,
        NOT other.is_unknown
            OR other.month > unknown.month
            OR (other.month = unknown.month AND other.row_no < unknown.row_no) AS may_repeat,
        NOT other.is_unknown AND other.is_latest AND unknown.month > other.month AS may_replace
    FROM listed AS unknown
    JOIN listed AS other USING (table_name, school, event_date)
    WHERE unknown.is_unknown
        AND len(list_filter(range(1, len(unknown.keys) + 1), lambda i:
            unknown.keys[i] IS DISTINCT FROM other.keys[i]
            AND NOT list_contains(unknown.invalid_fields || other.invalid_fields, unknown.key_names[i]))) = 0
),
unsure AS (
    SELECT table_name, submission_no, row_no FROM alike WHERE may_repeat
    UNION
    SELECT table_name, other_submission_no, other_row_no FROM alike WHERE may_replace
)
SELECT
    table_name,
    submission_no,
    row_no,
    school AS school_code,
    event_date,
    CASE WHEN unsure.row_no IS NOT NULL THEN list_distinct(list_append(invalid_fields, date_field)) ELSE invalid_fields END
        AS unread_fields,
    is_unknown,
    unsure.row_no IS NOT NULL AS is_unsure,
    is_latest AND NOT is_unsure AS speaks
FROM listed
LEFT JOIN unsure USING (table_name, submission_no, row_no)
