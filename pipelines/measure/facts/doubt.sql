-- fact_doubt: one row per unreadable cell of a row that is gathered: school ('' for the bureau), month, table, field.
-- Purpose: such a row may count or not, so that it decides nothing; only the fields that a provision looks at matter.
-- A hazard closed before the month or in doubt is left aside. A guard of a school with several campuses who names
-- none of them is in doubt as to the campus. event_date is the row's own day, unknown where that is the cell.
WITH submission AS (
    SELECT school_code, month, submission_no FROM fact_submission
    UNION ALL
    SELECT '', month, submission_no FROM fact_bureau_submission
),
listed AS (
    SELECT
        submission_no,
        list(campus_code) FILTER (WHERE campus_code IS NOT NULL)
            || list(campus_name) FILTER (WHERE campus_name IS NOT NULL) AS names
    FROM core_campuses
    GROUP BY submission_no
    HAVING count(*) > 1
),
doubtful AS (
    SELECT submission_no, 'drills' AS table_name, unnest(invalid_fields) AS field_name, held_date AS event_date
    FROM core_drills
    UNION ALL
    SELECT submission_no, 'trainings', unnest(invalid_fields), held_date FROM core_trainings
    UNION ALL
    SELECT submission_no, 'incidents', unnest(invalid_fields), coalesce(known_at, occurred_at)::DATE
    FROM core_incidents
    UNION ALL
    SELECT hazard.submission_no, 'hazards', unnest(hazard.invalid_fields), NULL
    FROM core_hazards AS hazard
    JOIN submission USING (submission_no)
    WHERE NOT list_has_any(hazard.invalid_fields, ['closed_date', 'status'])
        AND NOT (coalesce(hazard.status = 'closed', false) AND hazard.closed_date IS NULL)
        AND NOT coalesce(hazard.closed_date < (submission.month || '-01')::DATE, false)
    UNION ALL
    SELECT submission_no, 'guards', unnest(invalid_fields), NULL FROM core_guards
    UNION ALL
    SELECT guard.submission_no, 'guards', 'campus_name', NULL
    FROM core_guards AS guard
    JOIN listed USING (submission_no)
    WHERE guard.campus_name IS NULL OR NOT list_contains(listed.names, guard.campus_name)
    UNION ALL
    SELECT submission_no, 'buses', unnest(invalid_fields), NULL FROM core_buses
    UNION ALL
    SELECT submission_no, 'meetings', unnest(invalid_fields), held_date FROM core_meetings
    UNION ALL
    SELECT submission_no, 'inspections', unnest(invalid_fields), held_date FROM core_inspections
    UNION ALL
    SELECT submission_no, 'perimeter', unnest(invalid_fields), found_date FROM core_perimeter
)
SELECT DISTINCT
    submission.school_code,
    submission.month,
    doubtful.table_name,
    doubtful.table_name || '.' || doubtful.field_name AS field,
    doubtful.event_date
FROM doubtful
JOIN submission USING (submission_no)
ORDER BY ALL
