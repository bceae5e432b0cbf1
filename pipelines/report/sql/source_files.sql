-- Grain: one row per submission that counts, the bureau's left out; by school, the latest month first.
-- Purpose: the files on which a school's statuses rest. Reads: counted, as measure wrote it.
SELECT
    counted.school_code,
    counted.month,
    submission_no,
    received.file_name,
    received.sha256,
    received.received_at
FROM counted
JOIN core_submissions AS received USING (submission_no)
WHERE counted.school_code <> ''
ORDER BY counted.school_code, counted.month DESC;
