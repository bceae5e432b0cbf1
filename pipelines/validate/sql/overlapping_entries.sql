-- Entries of one school in a register that are valid on the same days, of which another one counts on those days: the one
-- that begins later, of two without a beginning the first. Such entries of one first day are told by a rule of the
-- contract. Reads: typed (the register's), spoilt, lost.
INSERT INTO found
WITH entry AS (
    SELECT
        position, submission_no, sheet_no, row_no, school_code, valid_from_date,
        CASE
            WHEN position NOT IN (SELECT position FROM spoilt WHERE field = 'valid_to_date') THEN valid_to_date
        END AS valid_to_date,
        (coalesce(valid_from_date, DATE '0001-01-01'), -position) AS precedence
    FROM typed
    ANTI JOIN lost USING (position)
    WHERE school_code IS NOT NULL AND position NOT IN (SELECT position FROM spoilt WHERE field = 'school_code')
)
SELECT
    entry.submission_no, 'Q-REGISTER-OVERLAP', 'register', entry.sheet_no, entry.row_no, 'school_code',
    entry.school_code, arg_max(heard.row_no, heard.precedence)::VARCHAR, NULL
FROM entry
JOIN entry AS heard USING (submission_no, school_code)
WHERE heard.precedence > entry.precedence
    AND (entry.valid_to_date IS NULL OR heard.valid_from_date IS NULL OR heard.valid_from_date <= entry.valid_to_date)
    AND (heard.valid_to_date IS NULL OR entry.valid_from_date IS NULL OR entry.valid_from_date <= heard.valid_to_date)
    AND (heard.valid_from_date IS NULL OR entry.valid_from_date IS DISTINCT FROM heard.valid_from_date)
GROUP BY ALL
