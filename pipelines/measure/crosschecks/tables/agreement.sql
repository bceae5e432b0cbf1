-- Agreement of self-report and visits. Grain: one row per township and checklist item that visits of the period looked at.
-- Purpose: how far self-report can be believed: every visit of an expected school against what the school reported for
-- the month of the visit, where both say yes or no. The answer of a later month says nothing of that day.
-- Parameters: $period_start, $cut_off DATE.
WITH own AS (
    SELECT submission.school_code, submission.month, checklist.item_id, min(checklist.answer) AS answer
    FROM fact_submission AS submission
    JOIN core_checklist AS checklist USING (submission_no)
    WHERE checklist.item_id IS NOT NULL
    GROUP BY submission.school_code, submission.month, checklist.item_id
    HAVING count(DISTINCT checklist.answer) = 1
)
SELECT
    coalesce(visit.township, '') AS township,
    visit.item_id,
    count(*) AS compared_count,
    count(*) FILTER (WHERE own.answer = visit.result) AS agreed_count
FROM fact_inspection AS visit
JOIN own
    ON own.school_code = visit.school_code
    AND own.month = strftime(visit.held_date, '%Y-%m')
    AND own.item_id = visit.item_id
WHERE visit.is_expected
    AND visit.held_date BETWEEN $period_start AND $cut_off
    AND visit.result IN ('yes', 'no')
    AND own.answer IN ('yes', 'no')
GROUP BY visit.township, visit.item_id
ORDER BY township, visit.item_id
