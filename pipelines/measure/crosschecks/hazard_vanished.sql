-- Q-HAZARD-VANISHED. Grain: one row per hazard open in the ledger that the school reported before and no longer in this one.
-- Purpose: hazards that disappear without being closed, also where a school ended and its successor's first ledger
-- after that lacks them. A hazard is still listed where two of number, day of finding
-- and description agree, since schools renumber and correct. The finding has no cell: the row is not there.
-- Parameters: $cut_off DATE.
WITH compared AS (
    SELECT submission_no, earlier_submission_no, earlier_month, is_whole
    FROM check_ledger
    UNION ALL
    SELECT
        heir.submission_no,
        max_by(own.submission_no, own.month),
        max(own.month),
        heir.lost_row_count = 0 AND max_by(own.lost_row_count, own.month) = 0
    FROM known_school AS old
    JOIN check_ledger AS own ON own.school_code = old.school_code
    JOIN check_ledger AS heir ON heir.school_code = old.successor_code AND heir.month_end > old.valid_to_date
    WHERE old.valid_to_date < $cut_off
    GROUP BY old.school_code, heir.submission_no, heir.month, heir.lost_row_count
    HAVING heir.month > max(own.month)
    QUALIFY row_number() OVER (PARTITION BY old.school_code ORDER BY heir.month) = 1
),
open_before AS (
    SELECT
        ledger.submission_no,
        ledger.earlier_submission_no,
        ledger.earlier_month,
        hazard.row_no,
        hazard.hazard_no,
        hazard.found_date,
        hazard.description,
        hazard.description_key
    FROM compared AS ledger
    JOIN check_hazard AS hazard ON hazard.submission_no = ledger.earlier_submission_no
    WHERE ledger.is_whole AND hazard.is_open
),
still_listed AS (
    SELECT DISTINCT
        before.submission_no,
        before.earlier_submission_no,
        before.row_no
    FROM open_before AS before
    JOIN check_hazard AS listed ON listed.submission_no = before.submission_no
    WHERE coalesce(listed.hazard_no = before.hazard_no, false)::INTEGER
        + coalesce(listed.found_date = before.found_date, false)::INTEGER
        + coalesce(listed.description_key = before.description_key, false)::INTEGER >= 2
)
SELECT
    'Q-HAZARD-VANISHED' AS code,
    before.submission_no,
    'hazards' AS table_name,
    NULL::INTEGER AS row_no,
    'hazard_no' AS field,
    before.hazard_no AS value,
    before.earlier_month AS detail,
    coalesce(before.description, '') AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM open_before AS before
JOIN check_submission USING (submission_no)
ANTI JOIN still_listed
    ON still_listed.submission_no = before.submission_no
    AND still_listed.earlier_submission_no = before.earlier_submission_no
    AND still_listed.row_no = before.row_no
ORDER BY before.submission_no, before.earlier_submission_no, before.row_no
