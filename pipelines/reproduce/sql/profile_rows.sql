-- Grain: one row per row of the profile sheet.
-- Purpose: where a school's profile facts stand.
SELECT
    submission_no,
    row_no
FROM core_profile
ORDER BY submission_no, row_no;
