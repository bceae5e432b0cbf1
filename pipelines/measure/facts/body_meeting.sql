-- fact_body_meeting: one row per meeting and body that either of its lists names.
-- Purpose: which bodies stay away. A blank list leaves the answer unknown.
WITH named AS (
    SELECT
        *,
        unnest(list_sort(list_distinct(list_concat(coalesce(expected_list, []), coalesce(attended_list, []))))) AS body
    FROM fact_meeting
)
SELECT
    meeting_type,
    held_date,
    township,
    body,
    list_contains(expected_list, body) AS is_expected,
    list_contains(attended_list, body) AS is_attended
FROM named
ORDER BY held_date, meeting_type, township, body
