-- Townships that a register of the bureau is the first to name, at their first row, with the nearest that was known.
-- Grain: one row per register and township; none for the first register, nor for one that a command wrote, which asked.
-- Adds to found. Reads: judged, gathered_register, sheet_counts, township_unknown (code, severity, message, hint).
INSERT INTO found
WITH named AS (
    SELECT g.submission_no, g.township, min(g.row_no) AS row_no, any_value(j.template_stamp) AS template_stamp
    FROM gathered_register AS g
    JOIN judged AS j USING (submission_no)
    WHERE j.origin = 'bureau' AND j.reject_code IS NULL AND g.township IS NOT NULL
    GROUP BY g.submission_no, g.township
),
unknown AS (
    SELECT
        named.submission_no, named.township, named.row_no,
        arg_max(known.township, (jaro_similarity(known.township, named.township), known.township)) AS nearest
    FROM named
    JOIN named AS known ON known.submission_no < named.submission_no
    WHERE NOT starts_with(coalesce(named.template_stamp, ''), 'school-safety;register-')
    GROUP BY named.submission_no, named.township, named.row_no
    HAVING NOT bool_or(known.township = named.township)
),
sheet AS (
    SELECT submission_no, min(sheet_name) AS sheet_name, min((columns ->> 'township')::INTEGER) AS column_no
    FROM sheet_counts
    WHERE table_name = 'register'
    GROUP BY submission_no
)
SELECT
    submission_no, 999999, kind.severity, kind.code, 'register', sheet_name, row_no,
    coalesce(CASE WHEN column_no > 25 THEN chr(64 + column_no // 26) ELSE '' END || chr(65 + column_no % 26) || row_no, ''),
    'township', township, replace(kind.message, '{value}', township), replace(kind.hint, '{detail}', nearest)
FROM unknown
LEFT JOIN sheet USING (submission_no)
CROSS JOIN township_unknown AS kind
