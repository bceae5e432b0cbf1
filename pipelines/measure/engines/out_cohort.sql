-- cohort: one row per case that a survival estimate rests on, with its time and whether the event came.
-- Purpose: median and curve are of the same cases. duration is in the provision's unit; NOT is_observed is censored.
SELECT
    indicator,
    school_code,
    case_no,
    duration,
    is_observed
FROM out_case
WHERE is_in_cohort
ORDER BY indicator, school_code, case_no
