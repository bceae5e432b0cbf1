-- fact_task: one row per task of the bureau's list in its point submission, or that the standard itself sets.
-- Purpose: done on time, late, overdue or open on the cut-off day. Of a task that the standard sets, its lead body and
-- last day stand, and the list gives only the day on which it was done; without a row there the state is unknown.
-- Tasks of the list that name no standard belong to every one.
WITH listed AS (
    SELECT
        task.*,
        ltrim(task.task_no, '0') AS plain_no
    FROM fact_bureau AS bureau
    JOIN core_tasks AS task USING (submission_no)
    WHERE task.standard IS NULL OR task.standard IN ($standard_id, $document)
    QUALIFY row_number() OVER (PARTITION BY plain_no ORDER BY task.standard IS NULL, task.row_no) = 1
),
merged AS (
    SELECT
        coalesce(own.task_no, listed.task_no) AS task_no,
        listed.task_name,
        coalesce(own.lead_body, listed.lead_body) AS lead_body,
        coalesce(own.due_date::DATE, listed.due_date) AS due_date,
        CASE WHEN listed.done_date <= $cut_off THEN listed.done_date END AS done_date,
        listed.plain_no IS NOT NULL AS is_listed,
        list_contains(listed.invalid_fields, 'done_date')
            OR (own.task_no IS NULL AND list_contains(listed.invalid_fields, 'due_date')) AS is_in_doubt
    FROM listed
    FULL JOIN standard_task AS own ON ltrim(own.task_no, '0') = listed.plain_no
)
SELECT
    task_no,
    task_name,
    lead_body,
    due_date,
    done_date,
    is_listed,
    CASE
        WHEN NOT is_listed OR is_in_doubt OR due_date IS NULL THEN NULL
        WHEN done_date <= due_date THEN 'done_on_time'
        WHEN done_date IS NOT NULL THEN 'late'
        WHEN due_date < $cut_off THEN 'overdue'
        ELSE 'open'
    END AS task_status
FROM merged
ORDER BY task_no
