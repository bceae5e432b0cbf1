-- fact_task: one row per task of the bureau's list in its point submission.
-- Purpose: done on time, late, overdue or open on the cut-off day; tasks that name no standard belong to every one.
SELECT
    task.task_no,
    task.task_name,
    task.lead_body,
    task.due_date,
    CASE WHEN task.done_date <= $cut_off THEN task.done_date END AS done_date,
    CASE
        WHEN list_has_any(task.invalid_fields, ['due_date', 'done_date']) OR task.due_date IS NULL THEN NULL
        WHEN task.done_date <= $cut_off AND task.done_date <= task.due_date THEN 'done_on_time'
        WHEN task.done_date <= $cut_off THEN 'late'
        WHEN task.due_date < $cut_off THEN 'overdue'
        ELSE 'open'
    END AS task_status
FROM fact_bureau AS bureau
JOIN core_tasks AS task USING (submission_no)
WHERE task.standard IS NULL OR task.standard IN ($standard_id, $document)
QUALIFY row_number() OVER (PARTITION BY task.task_no ORDER BY task.row_no) = 1
ORDER BY task.task_no
