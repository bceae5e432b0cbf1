-- cases: one row per case of a duration, in the fixed form of cases.csv; days as dates, minutes as times.
-- Purpose: what the survival estimates and on-time shares are made of.
SELECT
    $standard_id AS standard,
    $period_label AS period,
    indicator,
    school_code,
    case_no,
    CASE WHEN is_daily THEN strftime(start_at, '%Y-%m-%d') ELSE strftime(start_at, '%Y-%m-%dT%H:%M:%S') END AS start,
    CASE WHEN is_daily THEN strftime(end_at, '%Y-%m-%d') ELSE strftime(end_at, '%Y-%m-%dT%H:%M:%S') END AS "end",
    CASE WHEN is_daily THEN strftime(observed_until_at, '%Y-%m-%d') ELSE strftime(observed_until_at, '%Y-%m-%dT%H:%M:%S') END AS observed_until,
    CASE WHEN is_daily THEN strftime(deadline_at, '%Y-%m-%d') ELSE strftime(deadline_at, '%Y-%m-%dT%H:%M:%S') END AS deadline,
    case_status AS status
FROM out_case
ORDER BY indicator, school_code, case_no
