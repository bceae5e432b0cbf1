-- Cases of every duration after measure, with what their figures rest on. Grain: one row per case.
SELECT
    indicator,
    school_code,
    case_no,
    CASE WHEN is_daily THEN strftime(start_at, '%Y-%m-%d') ELSE strftime(start_at, '%Y-%m-%d %H:%M') END AS start,
    CASE WHEN is_daily THEN strftime(end_at, '%Y-%m-%d') ELSE strftime(end_at, '%Y-%m-%d %H:%M') END AS "end",
    CASE WHEN is_daily THEN strftime(observed_until_at, '%Y-%m-%d') ELSE strftime(observed_until_at, '%Y-%m-%d %H:%M') END
        AS observed_until,
    CASE WHEN is_daily THEN strftime(deadline_at, '%Y-%m-%d') ELSE strftime(deadline_at, '%Y-%m-%d %H:%M') END AS deadline,
    case_status,
    is_in_cohort,
    duration,
    is_observed,
    flags
FROM out_case
ORDER BY indicator, school_code, case_no
