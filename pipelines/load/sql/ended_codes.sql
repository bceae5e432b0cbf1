-- School codes that had ended before a month began, by the register that counts for that month: the bureau's latest
-- one for it or an earlier month. Grain: one row per month and code. Reads: ledger, judged, known_codes.
-- A code with a row that is open or ends later has not ended. `successor`: code and name, NULL where none is given.
CREATE TEMP TABLE ended_codes AS
WITH month_register AS (
    SELECT
        asked.month,
        arg_max(known.submission_no, (known.month, known.submission_no)) AS submission_no
    FROM (
        SELECT DISTINCT coalesce(j.period, l.sent_period) AS month
        FROM ledger AS l
        JOIN judged AS j USING (submission_no)
        WHERE j.origin = 'school'
    ) AS asked
    JOIN (SELECT DISTINCT submission_no, month FROM known_codes) AS known ON known.month <= asked.month
    GROUP BY asked.month
),
closed AS (
    SELECT
        submission_no,
        school_code,
        max(valid_to_date) AS valid_to_date,
        max_by(successor_code, (valid_to_date, successor_code)) AS successor_code
    FROM known_codes
    WHERE school_code IN (SELECT school_code FROM known_codes WHERE valid_to_date IS NOT NULL)
    GROUP BY submission_no, school_code
    HAVING count(*) = count(valid_to_date)
),
names AS (
    SELECT submission_no, school_code, max_by(school_name, (valid_from_date, school_name)) AS school_name
    FROM known_codes
    WHERE school_code IN (SELECT successor_code FROM closed)
    GROUP BY submission_no, school_code
)
SELECT
    month_register.month,
    closed.school_code,
    closed.valid_to_date,
    closed.successor_code || coalesce(' ' || names.school_name, '') AS successor
FROM month_register
JOIN closed USING (submission_no)
LEFT JOIN names ON names.submission_no = closed.submission_no AND names.school_code = closed.successor_code
WHERE closed.valid_to_date < (month_register.month || '-01')::DATE
