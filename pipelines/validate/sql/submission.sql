-- Submissions as extracted, with the middle of the month sent for and what the cover states, read.
-- Grain: one row per file.
CREATE OR REPLACE TEMP TABLE submission AS
SELECT
    s.*,
    m.middle,
    CASE WHEN cover_period IS NOT NULL THEN (read_month(trim(cover_period), m.middle)).v END AS cover_month,
    CASE
        WHEN regexp_full_match(folded(cover_school_code), '[1-9][0-9]{9}') THEN folded(cover_school_code)
    END AS cover_code
FROM extracted_submission AS s
JOIN middles AS m USING (sent_period)
