-- Which query each explanation speaks of. Grain: one row per plea and query.
-- Reads: plea (an explanation and one code that it names), asked (findings), asked_sheet (sheet, sheet_key).
-- A row without a number is every query of that code on the sheet. Where no sheet is named, rows mean something only if
-- one sheet has such queries. A query about a whole sheet or file has no row to name: its code is enough if it is the only one.
CREATE OR REPLACE TEMP TABLE plea_match AS
WITH candidate AS (
    SELECT
        plea.plea_no,
        plea.is_all,
        plea.spans,
        plea.sheet_key,
        asked.asked_no,
        asked.row_no,
        count(*) OVER (PARTITION BY plea.plea_no) AS candidate_count,
        count(DISTINCT coalesce(nullif(asked.table_name, ''), nullif(asked.sheet, ''))) OVER (PARTITION BY plea.plea_no)
            AS sheet_count
    FROM plea
    JOIN asked ON asked.submission_no = plea.submission_no AND asked.code = plea.code
    LEFT JOIN asked_sheet ON asked_sheet.sheet = asked.sheet
    WHERE asked.severity = 'query'
        AND asked.asked_no IS NOT NULL
        AND plea.text IS NOT NULL
        AND (
            plea.sheet_key IS NULL
            OR (coalesce(asked.sheet, '') = '' AND coalesce(asked.table_name, '') = '')
            OR asked_sheet.sheet_key = plea.sheet_key
            OR asked.table_name = plea.table_name
        )
)
SELECT plea_no, asked_no
FROM candidate
WHERE CASE
    WHEN row_no IS NULL THEN is_all OR candidate_count = 1
    WHEN sheet_key IS NULL AND sheet_count > 1 THEN false
    ELSE is_all OR len(list_filter(spans, lambda span: row_no BETWEEN span.first AND span.last)) > 0
END
