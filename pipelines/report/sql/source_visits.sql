-- Grain: one row per school and checklist item that counts as a visit saw it.
-- Purpose: the row of the bureau's list, with its file. Reads: visited, as measure wrote it.
SELECT
    visited.school_code,
    visited.item_id,
    visited.row_no,
    received.period,
    submission_no,
    received.file_name,
    received.sha256,
    received.received_at
FROM visited
JOIN core_submissions AS received USING (submission_no)
ORDER BY visited.school_code, received.period DESC, submission_no, visited.row_no, visited.item_id;
