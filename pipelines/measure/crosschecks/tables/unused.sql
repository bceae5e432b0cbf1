-- Explanations of cross-checks that met none, as findings of their file. Grain: one row per explanation and code.
-- Reads unused (notices of answering).
SELECT unused.*, submission.school_code, received.file_name AS file
FROM unused
JOIN check_submission AS submission USING (submission_no)
JOIN core_submissions AS received USING (submission_no)
ORDER BY unused.notice_no
