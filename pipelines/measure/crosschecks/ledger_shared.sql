-- Q-LEDGER-SHARED. Grain: one row per ledger that holds the same hazards as another school's of the same month.
-- Purpose: ledgers copied from one school to another: the same set of place, description and day of finding, at least
-- $minimum_shared_hazards of them. `others` names the other schools, for the bureau only. The cell is the first hazard's.
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
        *,
        list(school_code) OVER (PARTITION BY month, hazards) AS senders
    FROM ledger_text
    QUALIFY count(*) OVER (PARTITION BY month, hazards) > 1
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
    shared.submission_no,
    'hazards' AS table_name,
    first_row.row_no,
    'description' AS field,
    first_row.description AS value,
    shared.hazard_count::VARCHAR AS detail,
    NULL::VARCHAR AS row_label,
    list_sort(list_filter(shared.senders, lambda code: code <> shared.school_code)) AS others
FROM shared
JOIN first_row USING (submission_no)
JOIN check_submission USING (submission_no)
ORDER BY shared.submission_no
