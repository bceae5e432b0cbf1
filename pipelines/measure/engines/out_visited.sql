-- visited: one row per school and checklist item that counts as a visit saw it; none unless the standard says so.
-- Purpose: which row of the bureau's list stands behind a verdict; report and trace read it.
SELECT
    visit.school_code,
    visit.item_id,
    visit.submission_no,
    visit.row_no
FROM fact_visited_item AS visit
JOIN fact_point AS point ON point.school_code = visit.school_code AND point.point_month = visit.month
WHERE $do_visits_count AND point.has_submission
ORDER BY visit.school_code, visit.item_id
