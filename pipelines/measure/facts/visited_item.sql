-- fact_visited_item: one row per school, month and checklist item, what the month's last visit saw: yes or no.
-- Purpose: self-report against visits. A visit before the last one does not count, since the school may have mended it;
-- two results of one day contradict each other and are no visit. submission_no and row_no are the row of the bureau's list.
SELECT
    school_code,
    strftime(held_date, '%Y-%m') AS month,
    item_id,
    held_date,
    max(result) AS result,
    max(submission_no) AS submission_no,
    arg_max(row_no, (submission_no, -row_no)) AS row_no
FROM (
    FROM fact_inspection
    WHERE item_id IS NOT NULL AND result IN ('yes', 'no') AND held_date <= $cut_off
    QUALIFY held_date = max(held_date) OVER (PARTITION BY school_code, strftime(held_date, '%Y-%m'), item_id)
)
GROUP BY school_code, month, item_id, held_date
HAVING count(DISTINCT result) = 1
ORDER BY school_code, month, item_id
