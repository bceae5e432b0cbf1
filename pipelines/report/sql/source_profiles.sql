-- Grain: one row per row of the profile sheet.
-- Purpose: where a school's profile facts stand. Reads: stating, the submissions of point facts.
SELECT
    submission_no,
    row_no
FROM core_profile
JOIN stating USING (submission_no)
ORDER BY submission_no, row_no;
