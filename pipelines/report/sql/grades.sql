-- What the last ledger that names a hazard says of its level and supervision. Grain: one row per school, hazard number
-- and day of finding (NULL where none can be read).
-- Reads: counted, as measure wrote it (school_code, month, submission_no); of a number written twice, the first row.
SELECT
    counted.school_code,
    hazard.hazard_no,
    hazard.found_date,
    arg_max(hazard.level, (counted.month, -hazard.row_no)) AS level,
    arg_max(coalesce(hazard.is_listed, false), (counted.month, -hazard.row_no)) AS is_listed
FROM core_hazards AS hazard
JOIN counted USING (submission_no)
WHERE hazard.hazard_no IS NOT NULL AND counted.school_code <> ''
GROUP BY counted.school_code, hazard.hazard_no, hazard.found_date
ORDER BY counted.school_code, hazard.hazard_no, max(counted.month), hazard.found_date
