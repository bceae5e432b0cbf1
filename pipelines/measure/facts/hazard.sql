-- fact_hazard: one row per school and hazard number over all current ledgers up to the period. A number under which a
-- ledger names another day of finding is another hazard (numbers often begin again each month): its case_no carries the day.
-- Purpose: the life of a hazard. The first deadline given is the deadline. A hazard closed by the cut-off day has a
-- readable closing date by then; with an unreadable one it is in doubt, neither open nor closed. One that left the
-- list without being closed has vanished; one that came back, from there or from closed, was re-opened; of a list that
-- lost rows it is not known whether it had left it, so that it stays as the ledger before left it. What is open in the
-- month is told by the ledger of the month, not by one before it. Where the cell of the first deadline cannot be read,
-- no later one takes its place. unread_fields are cells of what is told here that cannot be read.
WITH ledger AS (
    SELECT
        sheet.school_code,
        sheet.month,
        sheet.month >= point.point_month AS is_current,
        least(last_day((sheet.month || '-01')::DATE), $cut_off::DATE) AS covered_until_date,
        row_number() OVER (PARTITION BY sheet.school_code ORDER BY sheet.month) AS ledger_no,
        count(*) FILTER (WHERE sheet.lost_row_count = 0) OVER (PARTITION BY sheet.school_code ORDER BY sheet.month)
            AS whole_count,
        whole_count - (sheet.lost_row_count = 0)::INTEGER AS earlier_whole_count
    FROM fact_sheet AS sheet
    JOIN fact_point AS point USING (school_code)
    WHERE sheet.table_name = 'hazards' AND sheet.is_reported
),
numbered AS (
    SELECT
        submission.school_code,
        submission.month,
        hazard.* REPLACE (
            CASE
                WHEN min(hazard.found_date) OVER same <> max(hazard.found_date) OVER same
                    THEN hazard.hazard_no || '/' || hazard.found_date::VARCHAR
                ELSE hazard.hazard_no
            END AS hazard_no
        )
    FROM core_hazards AS hazard
    JOIN fact_submission AS submission USING (submission_no)
    WINDOW same AS (PARTITION BY submission.school_code, hazard.hazard_no)
),
listed AS (
    SELECT
        ledger.ledger_no,
        ledger.covered_until_date,
        ledger.is_current,
        ledger.whole_count,
        ledger.earlier_whole_count,
        hazard.*,
        hazard.closed_date <= $cut_off AND coalesce(hazard.status, 'closed') = 'closed' AS is_closed_row,
        list_contains(hazard.invalid_fields, 'closed_date')
            OR list_contains(hazard.invalid_fields, 'status')
            OR (hazard.status = 'closed' AND hazard.closed_date IS NULL) AS is_doubtful_row
    FROM numbered AS hazard
    JOIN ledger ON ledger.school_code = hazard.school_code AND ledger.month = hazard.month
    WHERE hazard.hazard_no IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY hazard.school_code, hazard.hazard_no, ledger.month ORDER BY hazard.row_no
    ) = 1
),
traced AS (
    SELECT
        *,
        lag(whole_count) OVER life AS told_whole_count,
        lag(coalesce(is_closed_row, false)) OVER life AS was_closed,
        lag(closed_date) OVER life AS earlier_closed_date
    FROM listed
    WINDOW life AS (PARTITION BY school_code, hazard_no ORDER BY ledger_no)
),
history AS (
    SELECT
        school_code,
        hazard_no,
        min(found_date) AS found_date,
        min(ledger_no) FILTER (WHERE list_contains(invalid_fields, 'deadline_date'))
            < coalesce(min(ledger_no) FILTER (WHERE deadline_date IS NOT NULL), max(ledger_no) + 1)
            AS is_deadline_unread,
        CASE WHEN is_deadline_unread IS NOT true THEN
            arg_min(deadline_date, ledger_no) FILTER (WHERE deadline_date IS NOT NULL) END AS deadline_date,
        max(deadline_date) AS latest_deadline_date,
        max(ledger_no) AS last_ledger_no,
        coalesce(bool_or(
            CASE
                WHEN was_closed THEN
                    NOT coalesce(is_doubtful_row, false)
                    AND NOT (coalesce(is_closed_row, false) AND closed_date = earlier_closed_date)
                ELSE earlier_whole_count > told_whole_count
            END
        ), false) AS is_reopened
    FROM traced
    GROUP BY school_code, hazard_no
),
covered AS (
    SELECT
        school_code,
        max(whole_count) AS whole_count
    FROM ledger
    GROUP BY school_code
),
states AS (
    SELECT
        history.school_code,
        register.township,
        history.hazard_no,
        history.found_date,
        history.deadline_date,
        history.latest_deadline_date > history.deadline_date AS is_extended,
        history.is_reopened AND NOT coalesce(last_row.is_doubtful_row, false) AS is_reopened,
        last_row.level,
        last_row.source,
        last_row.category,
        last_row.status,
        coalesce(last_row.is_listed, false) AS is_listed,
        CASE WHEN NOT list_contains(last_row.invalid_fields, 'responsible_name') THEN last_row.responsible_name IS NOT NULL END AS has_responsible,
        CASE WHEN NOT list_contains(last_row.invalid_fields, 'fund_amount') THEN last_row.fund_amount IS NOT NULL END AS has_funds,
        CASE WHEN NOT list_contains(last_row.invalid_fields, 'measure') THEN last_row.measure IS NOT NULL END AS has_measure,
        CASE WHEN NOT list_contains(last_row.invalid_fields, 'deadline_date') THEN last_row.deadline_date IS NOT NULL END AS has_deadline,
        CASE WHEN NOT list_contains(last_row.invalid_fields, 'has_plan') THEN coalesce(last_row.has_plan, false) END
            AS has_plan,
        coalesce(last_row.is_doubtful_row, false) AS is_in_doubt,
        list_filter(last_row.invalid_fields, lambda name: name <> 'deadline_date')
            || CASE WHEN history.is_deadline_unread THEN ['deadline_date'] ELSE [] END AS unread_fields,
        coalesce(last_row.is_closed_row, false) AND NOT coalesce(last_row.is_doubtful_row, false) AS is_closed,
        last_row.closed_date AS last_closed_date,
        last_row.whole_count < covered.whole_count AS has_left_list,
        last_row.is_current,
        last_row.covered_until_date AS last_listed_date
    FROM history
    JOIN listed AS last_row
        ON last_row.school_code = history.school_code
        AND last_row.hazard_no = history.hazard_no
        AND last_row.ledger_no = history.last_ledger_no
    JOIN covered ON covered.school_code = history.school_code
    JOIN fact_register AS register ON register.school_code = history.school_code
)
SELECT
    school_code,
    township,
    hazard_no AS case_no,
    found_date,
    CASE WHEN is_closed THEN last_closed_date END AS closed_date,
    deadline_date,
    CASE
        WHEN is_in_doubt THEN 'in_doubt'
        WHEN is_closed THEN 'closed'
        WHEN has_left_list THEN 'vanished'
        WHEN deadline_date < $cut_off THEN 'overdue'
        ELSE 'open'
    END AS case_status,
    last_listed_date AS observed_until_date,
    level,
    source,
    category,
    status,
    is_listed,
    has_responsible,
    has_funds,
    has_measure,
    has_deadline,
    has_plan,
    is_in_doubt,
    unread_fields,
    is_closed,
    is_extended,
    is_reopened,
    NOT is_in_doubt
        AND found_date <= $cut_off
        AND CASE
            WHEN is_closed THEN last_closed_date >= date_trunc('month', $cut_off::DATE)::DATE
            ELSE is_current AND NOT has_left_list
        END AS was_open_in_month,
    found_date BETWEEN date_trunc('month', $cut_off::DATE)::DATE AND $cut_off::DATE AS is_new_in_month,
    is_closed AND last_closed_date >= date_trunc('month', $cut_off::DATE)::DATE AS is_closed_in_month
FROM states
ORDER BY school_code, case_no
