-- Into `answer`: findings that a correction has mended are answered by it, behind what the school itself explained.
-- Reads: judged_findings, mended, answer.
CREATE OR REPLACE TEMP TABLE answer AS
WITH by_correction AS (
    SELECT DISTINCT ON (judged.finding_no)
        judged.finding_no AS asked_no,
        mended.told
    FROM judged_findings AS judged
    JOIN mended
        ON mended.submission_no = judged.submission_no
        AND mended.code = judged.code
        AND mended.table_name = judged.table_name
        AND mended.sheet = judged.sheet
        AND mended.row_no IS NOT DISTINCT FROM judged.row_no
        AND mended.field = judged.field
    ORDER BY judged.finding_no, mended.told
)
SELECT
    asked_no,
    CASE WHEN by_correction.told IS NULL THEN answer.answer_category ELSE 'correction' END AS answer_category,
    concat_ws('；', answer.answer, by_correction.told) AS answer
FROM answer
FULL JOIN by_correction USING (asked_no)
