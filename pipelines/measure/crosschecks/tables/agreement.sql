-- Agreement of self-report and visits. Grain: one row per township and checklist item that visits of the period looked at.
-- Purpose: how far self-report can be believed. Compared and agreed as fact_inspection says; every visit counts.
-- Parameters: $period_start, $cut_off DATE.
SELECT
    coalesce(township, '') AS township,
    item_id,
    count(*) AS compared_count,
    count(*) FILTER (WHERE is_agreed) AS agreed_count
FROM fact_inspection
WHERE is_compared AND held_date BETWEEN $period_start AND $cut_off
GROUP BY township, item_id
ORDER BY township, item_id
