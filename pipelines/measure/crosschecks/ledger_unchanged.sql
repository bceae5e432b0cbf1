-- Q-LEDGER-UNCHANGED. Grain: one row per ledger whose open hazards are last month's to the letter.
-- Purpose: last month's ledger sent again: the same open rows, no field changed, at least $minimum_unchanged_hazards.
-- The cell is the first open hazard's number.
WITH open_text AS (
    SELECT
        submission_no,
        count(*) AS open_count,
        min(row_no) AS row_no,
        arg_min(hazard_no, row_no) AS hazard_no,
        string_agg(content, chr(30) ORDER BY content) AS contents
    FROM check_hazard
    WHERE is_open
    GROUP BY submission_no
)
SELECT
    'Q-LEDGER-UNCHANGED' AS code,
    ledger.submission_no,
    'hazards' AS table_name,
    present.row_no,
    'hazard_no' AS field,
    present.hazard_no AS value,
    present.open_count::VARCHAR AS detail,
    NULL::VARCHAR AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM check_ledger AS ledger
JOIN check_submission ON check_submission.submission_no = ledger.submission_no
JOIN open_text AS present ON present.submission_no = ledger.submission_no
JOIN open_text AS earlier ON earlier.submission_no = ledger.earlier_submission_no
WHERE ledger.earlier_end = ledger.month_start - 1
    AND present.contents = earlier.contents
    AND present.open_count >= $minimum_unchanged_hazards
ORDER BY ledger.submission_no
