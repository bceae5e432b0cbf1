-- Every school code that any register of any month knew. Grain: one row per register row.
CREATE TEMP TABLE known_codes AS
SELECT submission_no, school_code, school_name, valid_from_date
FROM gathered_register
WHERE school_code IS NOT NULL
