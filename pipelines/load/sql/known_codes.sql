-- Every school code that a bureau workbook's register knew, in any month. Grain: one row per register row.
-- Purpose: only a register received by $as_of speaks (all of them where it is NULL), so that a report as of a moment
-- in the past judges a file as it was judged then. Parameters: $as_of TIMESTAMP.
CREATE TEMP TABLE known_codes AS
SELECT
    g.submission_no,
    coalesce(j.period, l.sent_period) AS month,
    g.school_code,
    g.school_name,
    g.valid_from_date,
    g.valid_to_date,
    g.successor_code
FROM gathered_register AS g
JOIN judged AS j USING (submission_no)
JOIN ledger AS l USING (submission_no)
WHERE g.school_code IS NOT NULL
    AND j.origin = 'bureau'
    AND j.reject_code IS NULL
    AND ($as_of::TIMESTAMP IS NULL OR l.received_at <= $as_of::TIMESTAMP)
