-- Submissions as extracted, with what the cover states, read, and the middle of the month that the file speaks of.
-- A month in a title counts only when it is near the month sent for: printers and old headings name others.
-- Grain: one row per file.
CREATE OR REPLACE TEMP TABLE submission AS
WITH covered AS (
    SELECT
        s.* EXCLUDE (title_period),
        CASE
            WHEN abs(datediff('month', m.middle, (s.title_period || '-15')::DATE)) <= 3 THEN s.title_period
        END AS title_period,
        CASE WHEN cover_period IS NOT NULL THEN (read_month(trim(cover_period), m.middle)).v END AS cover_month,
        CASE
            WHEN regexp_full_match(folded(cover_school_code), '[1-9][0-9]{9}') THEN folded(cover_school_code)
        END AS cover_code
    FROM extracted_submission AS s
    JOIN middles AS m USING (sent_period)
)
SELECT *, (coalesce(cover_month, title_period, sent_period) || '-15')::DATE AS middle
FROM covered
