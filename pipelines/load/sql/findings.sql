-- core_findings: one row per finding of every file, the validated ones and those that need the register.
-- Reads: found (validated findings, with their place in reading order), core_submissions, known_codes,
-- unknown_school and name_differs (code, severity, message, hint).
WITH newest_name AS (
    SELECT school_code, arg_max(school_name, (submission_no, valid_from_date, school_name)) AS school_name
    FROM known_codes
    GROUP BY school_code
),
all_findings AS (
    SELECT submission_no, place, severity, code, table_name, sheet, row_no, cell, field, value, message, hint
    FROM found
    UNION ALL
    SELECT
        s.submission_no, 1000000, k.severity, k.code, 'profile', '', NULL, '', 'school_code', s.school_code,
        replace(k.message, '{value}', s.school_code), k.hint
    FROM core_submissions AS s
    JOIN unknown_school AS k ON s.reject_code = k.code
    UNION ALL
    SELECT
        s.submission_no, 1000001, k.severity, k.code, 'profile', '', NULL, '', 'school_name', s.school_name,
        replace(replace(k.message, '{value}', s.school_name), '{detail}', n.school_name), k.hint
    FROM core_submissions AS s
    JOIN newest_name AS n USING (school_code)
    CROSS JOIN name_differs AS k
    WHERE s.version IS NOT NULL
        AND s.school_name IS NOT NULL
        AND NOT contains(n.school_name, s.school_name)
        AND NOT contains(s.school_name, n.school_name)
)
SELECT
    row_number() OVER (ORDER BY submission_no, place)::BIGINT AS finding_no,
    submission_no, severity, code, table_name, sheet, row_no, cell, field, value, message, hint
FROM all_findings
ORDER BY finding_no
