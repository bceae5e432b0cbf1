-- Q-SPOT-CHECK. Grain: one row per checklist item that the school answers yes and the month's last visit found no.
-- Purpose: self-report against what inspectors saw in the same month. A visit before the last one does not count, since
-- the school may have mended it; two results of one day are no contradiction of the school's: see fact_visited_item. The
-- cell is the answer's.
WITH own AS (
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
    visited.held_date::VARCHAR AS detail,
    coalesce(own.item_name, own.item_id) AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM own
JOIN fact_visited_item AS visited
    ON visited.school_code = own.school_code
    AND visited.month = own.month
    AND visited.item_id = own.item_id
WHERE own.answer = 'yes' AND visited.result = 'no'
ORDER BY own.submission_no, own.row_no
