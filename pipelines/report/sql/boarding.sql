-- Whether a school has boarders, as its own profile says. Grain: one row per submission of point facts that says so.
-- Reads: stating, the submissions of point facts. A number that cannot be read says nothing.
SELECT
    submission_no,
    boarder_count > 0 AS is_boarding
FROM core_profile
JOIN stating USING (submission_no)
WHERE boarder_count IS NOT NULL AND NOT list_contains(coalesce(invalid_fields, []), 'boarder_count')
QUALIFY row_number() OVER (PARTITION BY submission_no ORDER BY row_no) = 1
ORDER BY submission_no;
