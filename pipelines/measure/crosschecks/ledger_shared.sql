-- Q-LEDGER-SHARED. Grain: one row per ledger that holds the same hazards as another school's of the same month.
-- Purpose: ledgers copied from one school to another: the same set of place, description and day of finding, at least
-- $minimum_shared_hazards of them. `others` holds the first $maximum_named codes of the other_count other schools, for
-- the bureau only. The cell is the first hazard's.
WITH said AS (
    SELECT DISTINCT
        submission_no,
        concat_ws(chr(31), place_key, description_key, found_date::VARCHAR) AS hazard
    FROM check_hazard
    WHERE description_key IS NOT NULL AND found_date IS NOT NULL
),
ledger_text AS (
    SELECT
        ledger.submission_no,
        ledger.school_code,
        ledger.month,
        count(*) AS hazard_count,
        string_agg(said.hazard, chr(30) ORDER BY said.hazard) AS hazards
    FROM said
    JOIN check_ledger AS ledger USING (submission_no)
    GROUP BY ledger.submission_no, ledger.school_code, ledger.month
    HAVING count(*) >= $minimum_shared_hazards
),
shared AS (
    SELECT
        month,
        hazards,
        count(*) AS sender_count,
        list_sort(list(school_code))[1:$maximum_named + 1] AS first_senders
    FROM ledger_text
    GROUP BY month, hazards
    HAVING count(*) > 1
),
first_row AS (
    SELECT
        submission_no,
        min(row_no) AS row_no,
        arg_min(description, row_no) AS description
    FROM check_hazard
    WHERE description_key IS NOT NULL AND found_date IS NOT NULL
    GROUP BY submission_no
)
SELECT
    'Q-LEDGER-SHARED' AS code,
    ledger.submission_no,
    'hazards' AS table_name,
    first_row.row_no,
    'description' AS field,
    first_row.description AS value,
    ledger.hazard_count::VARCHAR AS detail,
    NULL::VARCHAR AS row_label,
    list_filter(shared.first_senders, lambda code: code <> ledger.school_code)[1:$maximum_named] AS others,
    shared.sender_count - 1 AS other_count
FROM ledger_text AS ledger
JOIN shared ON shared.month = ledger.month AND shared.hazards = ledger.hazards
JOIN first_row ON first_row.submission_no = ledger.submission_no
JOIN check_submission ON check_submission.submission_no = ledger.submission_no
ORDER BY ledger.submission_no
