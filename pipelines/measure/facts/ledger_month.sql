-- fact_ledger_month: one row per school and month with a reported hazard ledger.
-- Purpose: the chain of monthly lists: what is carried over and new less what was closed is the backlog, which the next
-- month carries over. A break is known only between two consecutive ledgers without lost rows or rows in doubt; a row
-- in doubt (closed on no readable day) counts nowhere.
WITH ledger AS (
    SELECT
        sheet.school_code,
        (sheet.month || '-01')::DATE AS month_date,
        least(last_day(month_date), $cut_off::DATE) AS last_date,
        sheet.lost_row_count
    FROM fact_sheet AS sheet
    WHERE sheet.table_name = 'hazards' AND sheet.is_reported
),
listed AS (
    SELECT
        submission.school_code,
        (submission.month || '-01')::DATE AS month_date,
        hazard.found_date,
        CASE WHEN coalesce(hazard.status, 'closed') = 'closed' THEN hazard.closed_date END AS closed_date,
        list_has_any(hazard.invalid_fields, ['closed_date', 'status'])
            OR coalesce(hazard.status = 'closed' AND hazard.closed_date IS NULL, false) AS is_in_doubt
    FROM core_hazards AS hazard
    JOIN fact_submission AS submission USING (submission_no)
    WHERE hazard.hazard_no IS NOT NULL AND hazard.found_date IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY submission.school_code, submission.month, hazard.hazard_no, hazard.found_date ORDER BY hazard.row_no
    ) = 1
),
counted AS (
    SELECT
        ledger.school_code,
        ledger.month_date,
        count(*) FILTER (
            WHERE NOT is_in_doubt AND found_date < month_date AND coalesce(closed_date >= month_date, true)
        ) AS carried_over_count,
        count(*) FILTER (WHERE NOT is_in_doubt AND found_date BETWEEN month_date AND last_date) AS new_count,
        count(*) FILTER (
            WHERE NOT is_in_doubt AND found_date <= last_date AND closed_date BETWEEN month_date AND last_date
        ) AS closed_count,
        any_value(ledger.lost_row_count) = 0 AND count(*) FILTER (WHERE is_in_doubt) = 0 AS is_whole
    FROM ledger
    LEFT JOIN listed USING (school_code, month_date)
    GROUP BY ledger.school_code, ledger.month_date
),
chained AS (
    SELECT
        *,
        carried_over_count + new_count - closed_count AS backlog_count,
        lag(backlog_count) OVER life AS earlier_backlog_count,
        is_whole AND lag(is_whole) OVER life AND lag(month_date) OVER life = (month_date - to_months(1))::DATE
            AS is_comparable
    FROM counted
    WINDOW life AS (PARTITION BY school_code ORDER BY month_date)
)
SELECT
    chained.school_code,
    register.township,
    chained.month_date,
    chained.carried_over_count,
    chained.new_count,
    chained.closed_count,
    chained.backlog_count,
    CASE WHEN is_comparable THEN carried_over_count <> earlier_backlog_count END AS is_chain_broken
FROM chained
JOIN fact_register AS register USING (school_code)
ORDER BY chained.school_code, chained.month_date
