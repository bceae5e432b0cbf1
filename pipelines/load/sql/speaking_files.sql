-- When files were received that decide how others are taken: bureau workbooks with a register or corrections, and every
-- file of a school and month that a correction names, since the one that counts decides. Grain: one row per file.
SELECT received_at
FROM core_submissions
WHERE (
        version IS NOT NULL
        AND submission_no IN (SELECT submission_no FROM core_register UNION SELECT submission_no FROM core_corrections)
    )
    OR (origin = 'school' AND (school_code, period) IN (SELECT (school_code, month) FROM core_corrections))
ORDER BY received_at
