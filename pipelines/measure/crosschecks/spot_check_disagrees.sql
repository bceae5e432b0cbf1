-- Q-SPOT-CHECK. Grain: one row per checklist item that the school answers yes and the month's last visit found no.
-- Purpose: self-report against what inspectors saw in the same month. A visit before the last one does not count, since
-- the school may have mended it; two results of one day are no contradiction of the school's. The cell is the answer's.
WITH visit AS (
    SELECT
        school_code,
        strftime(held_date, '%Y-%m') AS month,
        item_id,
        held_date,
        result
    FROM fact_inspection
    WHERE item_id IS NOT NULL AND result IN ('yes', 'no') AND held_date <= $cut_off
    QUALIFY held_date = max(held_date) OVER (PARTITION BY school_code, strftime(held_date, '%Y-%m'), item_id)
),
last_visit AS (
    SELECT
        school_code,
        month,
        item_id,
        max(held_date) AS held_date,
        max(result) AS result
    FROM visit
    GROUP BY school_code, month, item_id
    HAVING count(DISTINCT result) = 1
),
own AS (
    SELECT
        submission.submission_no,
        submission.school_code,
        submission.month,
        checklist.item_id,
        min(checklist.row_no) AS row_no,
        min(checklist.answer) AS answer,
        arg_min(checklist.item_name, checklist.row_no) AS item_name
    FROM check_submission AS submission
    JOIN core_checklist AS checklist USING (submission_no)
    WHERE checklist.item_id IS NOT NULL
    GROUP BY submission.submission_no, submission.school_code, submission.month, checklist.item_id
    HAVING count(DISTINCT checklist.answer) = 1
)
SELECT
    'Q-SPOT-CHECK' AS code,
    own.submission_no,
    'checklist' AS table_name,
    own.row_no,
    'answer' AS field,
    own.answer AS value,
    last_visit.held_date::VARCHAR AS detail,
    coalesce(own.item_name, own.item_id) AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM own
JOIN last_visit
    ON last_visit.school_code = own.school_code
    AND last_visit.month = own.month
    AND last_visit.item_id = own.item_id
WHERE own.answer = 'yes' AND last_visit.result = 'no'
ORDER BY own.submission_no, own.row_no
