-- What was said to each query that was answered. Grain: one row per answered query. Several explanations of one query
-- are all kept, in the order of the sheet; the first gives the category.
CREATE OR REPLACE TEMP TABLE answer AS
WITH said AS (
    SELECT plea_match.asked_no, plea.text, min(plea.plea_no) AS plea_no, arg_min(plea.category, plea.plea_no) AS category
    FROM plea_match
    JOIN plea USING (plea_no)
    GROUP BY plea_match.asked_no, plea.text
)
SELECT
    asked_no,
    coalesce(arg_min(category, plea_no), 'other') AS answer_category,
    string_agg(text, '；' ORDER BY plea_no) AS answer
FROM said
GROUP BY asked_no
