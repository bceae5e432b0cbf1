-- Findings of each file by severity. Grain: one row per file with findings.
CREATE TEMP TABLE finding_counts AS
SELECT
    submission_no,
    count(*) FILTER (WHERE severity IN ('fatal', 'error')) AS error_count,
    count(*) FILTER (WHERE severity = 'query') AS query_count,
    count(*) FILTER (WHERE severity = 'repair') AS repair_count
FROM found
GROUP BY submission_no
