-- Every school code that a bureau workbook's register knew, in any month. Grain: one row per register row.
CREATE TEMP TABLE known_codes AS
SELECT g.submission_no, g.school_code, g.school_name, g.valid_from_date
FROM gathered_register AS g
JOIN judged AS j USING (submission_no)
WHERE g.school_code IS NOT NULL AND j.origin = 'bureau' AND j.reject_code IS NULL
