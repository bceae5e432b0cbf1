-- Into out_verdict: one row per school for a duration: cases on time over cases due, or another share of its cases.
-- Purpose: the rates of a duration. What is due is known where a ledger was ever accepted; the school's status needs the
-- one of the period itself and of every month before that it owes: since the first month of which any school's workbook
-- came, of an event in its window only. A row that was lost, of an event in its window and of a ledger in any month, and
-- a case in doubt could fail what is met; a row that was lost also mend one case that fails.
INSERT INTO out_verdict
WITH listed AS (
    SELECT
        school_code,
        count(*) FILTER (WHERE list_contains(flags, $rate || '.due')) AS due_count,
        count(*) FILTER (WHERE list_has_all(flags, [$rate || '.due', $rate || '.done'])) AS done_count,
        count(*) FILTER (WHERE list_contains(flags, 'doubt')) AS doubt_count
    FROM out_case
    WHERE indicator = $indicator
    GROUP BY school_code
),
covered AS (
    SELECT
        sheet.school_code,
        bool_or(sheet.month = school.point_month) AS has_point_sheet,
        coalesce(
            sum(sheet.lost_row_count)
                FILTER (WHERE NOT $is_dated OR sheet.month >= strftime(span.window_start, '%Y-%m')),
            0
        )::BIGINT AS lost_row_count
    FROM fact_sheet AS sheet
    JOIN fact_school AS school USING (school_code)
    JOIN calendar_window AS span
        ON span.stage = school.calendar_stage AND span.kind = $window_kind
    WHERE sheet.table_name = $case_table AND sheet.is_reported AND sheet.month <= school.point_month
    GROUP BY sheet.school_code
),
owed AS (
    SELECT
        school.school_code,
        count(*) - count(sheet.month) AS month_count
    FROM fact_school AS school
    JOIN calendar_window AS span
        ON span.stage = school.calendar_stage AND span.kind = $window_kind
    JOIN calendar_due AS due
        ON due.stage = school.calendar_stage
        AND due.is_asked
        AND due.month >= (SELECT min(month) FROM fact_submission)
        AND due.month < school.point_month
        AND (NOT $is_dated OR due.month >= strftime(span.window_start, '%Y-%m'))
        AND (school.valid_from_date IS NULL OR due.month >= strftime(school.valid_from_date, '%Y-%m'))
    LEFT JOIN fact_sheet AS sheet
        ON sheet.school_code = school.school_code
        AND sheet.month = due.month
        AND sheet.is_reported
        AND sheet.table_name = $case_table
    GROUP BY school.school_code
),
undated AS (
    SELECT
        doubt.school_code,
        count(DISTINCT (doubt.month, doubt.row_no)) AS row_count
    FROM fact_doubt AS doubt
    JOIN fact_school AS school USING (school_code)
    JOIN calendar_window AS span
        ON span.stage = school.calendar_stage AND span.kind = $window_kind
    WHERE $is_dated
        AND doubt.event_date IS NULL
        AND list_contains($doubted, doubt.field)
        AND doubt.month BETWEEN strftime(span.window_start, '%Y-%m') AND school.point_month
    GROUP BY doubt.school_code
),
counted AS (
    SELECT
        school.*,
        coalesce(covered.has_point_sheet, false) AS has_point_sheet,
        coalesce(covered.lost_row_count, 0) AS lost_row_count,
        coalesce(listed.doubt_count, 0) + coalesce(undated.row_count, 0) AS doubt_count,
        coalesce(owed.month_count, 0) AS owed_month_count,
        CASE WHEN covered.school_code IS NOT NULL THEN coalesce(listed.due_count, 0) END AS due,
        CASE WHEN covered.school_code IS NOT NULL THEN coalesce(listed.done_count, 0) END AS done
    FROM fact_school AS school
    LEFT JOIN covered USING (school_code)
    LEFT JOIN listed USING (school_code)
    LEFT JOIN owed USING (school_code)
    LEFT JOIN undated USING (school_code)
)
SELECT
    $indicator || '.' || $rate AS indicator,
    'school' AS unit_level,
    counted.school_code AS unit_code,
    NULL AS campus,
    NULL AS stage,
    false AS is_detail,
    CASE WHEN due = 0 AND has_point_sheet AND lost_row_count = 0 AND doubt_count = 0 AND owed_month_count = 0 THEN false
        ELSE addressed.is_addressed END
        AS is_addressed,
    CASE WHEN has_point_sheet AND owed_month_count = 0 THEN done >= due END AS is_met,
    NULL AS actual,
    NULL AS required,
    done,
    due,
    due IS NOT NULL AND lost_row_count = 0 AND doubt_count = 0 AND has_point_sheet AND owed_month_count = 0
        AS is_due_whole,
    true AS has_duty,
    false AS is_open,
    has_submission,
    true AS needs_submission,
    false AS has_cell_error,
    CASE WHEN due - done > lost_row_count THEN 0 ELSE lost_row_count + doubt_count END AS lost_row_count,
    (NOT has_point_sheet)::INTEGER AS missing_sheet_count,
    owed_month_count AS missing_month_count,
    owed_month_count,
    span.window_start,
    span.window_end
FROM counted
JOIN duration_addressed AS addressed USING (school_code)
JOIN calendar_window AS span
    ON span.stage = counted.calendar_stage AND span.kind = $window_kind
ORDER BY unit_code
