-- Explanations that answer nothing, and why. Grain: one row per explanation and code; one per explanation without a text.
-- $of_cross_checks: whether those are looked at that name a cross-check's code, or all others. A list of rows is cut after twenty.
WITH place AS (
    SELECT
        submission_no,
        code,
        coalesce(nullif(sheet, ''), title, '') AS sheet,
        list_sort(list(DISTINCT row_no) FILTER (WHERE row_no IS NOT NULL)) AS row_nos
    FROM asked
    LEFT JOIN sheet_title USING (table_name)
    WHERE severity = 'query'
    GROUP BY ALL
),
worded AS (
    SELECT
        *,
        array_to_string(row_nos[:20], '、') || CASE WHEN len(row_nos) > 20 THEN '……' ELSE '' END AS row_words
    FROM place
),
query_code AS (
    SELECT
        submission_no,
        code,
        string_agg(concat_ws('：', nullif(sheet, ''), nullif(row_words, '')), '；' ORDER BY sheet) AS places
    FROM worded
    GROUP BY ALL
),
query_codes AS (
    SELECT submission_no, string_agg(code, '、' ORDER BY code) AS codes
    FROM query_code
    GROUP BY submission_no
),
wrong AS (SELECT DISTINCT submission_no, code FROM asked WHERE severity IN ('fatal', 'error')),
judged AS (
    SELECT
        plea.*,
        query_code.places,
        query_codes.codes,
        CASE
            WHEN plea.is_spoilt THEN NULL
            WHEN plea.text IS NULL THEN 'W-EXPLANATION-BLANK'
            WHEN plea.code = '' THEN 'W-EXPLANATION-NO-CODE'
            WHEN wrong.code IS NOT NULL THEN 'W-EXPLANATION-ERROR'
            WHEN query_code.code IS NOT NULL THEN 'W-EXPLANATION-PLACE'
            ELSE 'W-EXPLANATION-UNMATCHED'
        END AS notice
    FROM plea
    ANTI JOIN plea_match USING (plea_no)
    LEFT JOIN query_code ON query_code.submission_no = plea.submission_no AND query_code.code = plea.code
    LEFT JOIN query_codes ON query_codes.submission_no = plea.submission_no
    LEFT JOIN wrong ON wrong.submission_no = plea.submission_no AND wrong.code = plea.code
    WHERE plea.is_cross_check = $of_cross_checks
)
SELECT
    submission_no,
    notice AS code,
    row_no,
    CASE notice
        WHEN 'W-EXPLANATION-BLANK' THEN 'explanation'
        WHEN 'W-EXPLANATION-PLACE' THEN 'row_number'
        ELSE 'finding_code'
    END AS field,
    code AS value,
    CASE WHEN notice = 'W-EXPLANATION-PLACE' THEN places ELSE coalesce(codes, '无') END AS detail
FROM judged
WHERE notice IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY submission_no, row_no, notice, code ORDER BY plea_no) = 1
ORDER BY submission_no, row_no, plea_no
