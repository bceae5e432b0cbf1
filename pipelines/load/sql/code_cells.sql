-- Where a file that its school code refuses holds that code. Grain: one row per file that states it on its profile sheet;
-- none where the cover alone does. column_no from 0. Reads: core_submissions, gathered_profile, sheet_counts.
SELECT
    s.submission_no,
    sheet.sheet_name AS sheet,
    min(profile.row_no) AS row_no,
    (sheet.columns ->> 'school_code')::INTEGER AS column_no
FROM core_submissions AS s
JOIN gathered_profile AS profile ON profile.submission_no = s.submission_no AND profile.school_code = s.school_code
JOIN sheet_counts AS sheet ON sheet.submission_no = s.submission_no AND sheet.table_name = 'profile'
WHERE s.reject_code IN (SELECT code FROM unknown_school UNION ALL SELECT code FROM ended_school)
    AND sheet.columns ->> 'school_code' IS NOT NULL
GROUP BY ALL
ORDER BY s.submission_no
