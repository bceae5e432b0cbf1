-- fact_guard: one row per guard in the school's point submission.
-- Purpose: who is on duty on the cut-off day: from the first to the last day on duty, both included.
SELECT
    school.school_code,
    school.township,
    guard.campus_name,
    guard.employment,
    guard.gender,
    guard.birth_year,
    guard.age,
    guard.company_name,
    guard.is_certified,
    guard.start_date,
    guard.end_date,
    guard.training_days,
    guard.is_equipped,
    (guard.start_date IS NULL OR guard.start_date <= $cut_off)
        AND (guard.end_date IS NULL OR guard.end_date >= $cut_off) AS is_on_duty
FROM fact_point AS school
JOIN core_guards AS guard USING (submission_no)
ORDER BY school.school_code, guard.row_no
