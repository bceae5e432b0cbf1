-- Q-CLOSED-ONE-DAY. Grain: one row per ledger all of whose closures of the month bear one day.
-- Purpose: closing dates filled in at the desk: at least $minimum_closed_hazards closed in the month, all on the same day,
-- found on at least $minimum_found_days different days. The cell is the first such hazard's closing day.
WITH closed AS (
    SELECT
        ledger.submission_no,
        count(*) AS closed_count,
        count(DISTINCT hazard.closed_date) AS closed_day_count,
        count(DISTINCT hazard.found_date) AS found_day_count,
        min(hazard.closed_date) AS closed_date,
        min(hazard.row_no) AS row_no
    FROM check_ledger AS ledger
    JOIN check_hazard AS hazard USING (submission_no)
    WHERE hazard.is_closed AND hazard.closed_date BETWEEN ledger.month_start AND ledger.month_end
    GROUP BY ledger.submission_no
)
SELECT
    'Q-CLOSED-ONE-DAY' AS code,
    submission_no,
    'hazards' AS table_name,
    row_no,
    'closed_date' AS field,
    closed_date::VARCHAR AS value,
    closed_count::VARCHAR AS detail,
    NULL::VARCHAR AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM closed
JOIN check_submission USING (submission_no)
WHERE closed_count >= $minimum_closed_hazards
    AND closed_day_count = 1
    AND found_day_count >= $minimum_found_days
ORDER BY submission_no
