-- judged_findings: one row per finding of every file, the validated ones and those that need the register.
-- Reads: found (validated findings, with their place in reading order), core_submissions, ended_codes,
-- unknown_school, ended_school and name_differs (code, severity, message, hint), code_cell (where the code stands).
WITH all_findings AS (
    SELECT submission_no, place, severity, code, table_name, sheet, row_no, cell, field, value, message, hint
    FROM found
    UNION ALL
    SELECT
        s.submission_no, 1000000, k.severity, k.code, 'profile', coalesce(c.sheet, ''), c.row_no, coalesce(c.cell, ''),
        'school_code', s.school_code,
        replace(k.message, '{value}', s.school_code), k.hint
    FROM core_submissions AS s
    JOIN unknown_school AS k ON s.reject_code = k.code
    LEFT JOIN code_cell AS c USING (submission_no)
    UNION ALL
    SELECT
        s.submission_no, 1000000, k.severity, k.code, 'profile', coalesce(c.sheet, ''), c.row_no, coalesce(c.cell, ''),
        'school_code', s.school_code,
        replace(replace(k.message, '{value}', s.school_code), '{detail}', e.valid_to_date::VARCHAR),
        replace(k.hint, '{detail}', coalesce(e.successor, '—'))
    FROM core_submissions AS s
    JOIN ended_school AS k ON s.reject_code = k.code
    JOIN ended_codes AS e ON e.school_code = s.school_code AND e.month = s.period
    LEFT JOIN code_cell AS c USING (submission_no)
    UNION ALL
    SELECT
        s.submission_no, 1000001, k.severity, k.code, 'profile', '', NULL, '', 'school_name', s.school_name,
        replace(replace(k.message, '{value}', s.school_name), '{detail}', s.differing_name), k.hint
    FROM core_submissions AS s
    CROSS JOIN name_differs AS k
    WHERE s.differing_name IS NOT NULL
)
SELECT
    row_number() OVER (ORDER BY submission_no, place)::BIGINT AS finding_no,
    submission_no, severity, code, table_name, sheet, row_no, cell, field, value, message, hint
FROM all_findings
ORDER BY finding_no
