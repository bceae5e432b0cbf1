-- What was kept out of the workbooks that count. Grain: one row per sender (school_code '' is the bureau) with any.
-- Reads: counted, as measure wrote it (school_code, month, submission_no). Parameters: $months VARCHAR[].
-- row_count: rows kept out; cell_count: cells that cannot be read in rows that were let in.
WITH unread AS (
    SELECT submission_no, len(invalid_fields) AS cell_count FROM core_profile
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_campuses
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_checklist
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_counts
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_guards
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_trainings
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_drills
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_hazards
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_incidents
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_buses
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_register
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_tasks
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_meetings
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_inspections
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_perimeter
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_body_checklist
    UNION ALL
    SELECT submission_no, len(invalid_fields) FROM core_body_counts
),
lost AS (
    SELECT submission_no, lost_row_count AS row_count, 0 AS cell_count FROM core_sheets
    UNION ALL
    SELECT submission_no, 0, cell_count FROM unread
)
SELECT
    counted.school_code,
    sum(lost.row_count)::BIGINT AS row_count,
    sum(lost.cell_count)::BIGINT AS cell_count
FROM lost
JOIN counted USING (submission_no)
WHERE list_contains($months, counted.month)
GROUP BY counted.school_code
HAVING sum(lost.row_count) + sum(lost.cell_count) > 0
ORDER BY counted.school_code
