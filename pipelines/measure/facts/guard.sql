-- fact_guard: one row per guard in the school's point submission.
-- Purpose: who is on duty on the cut-off day: from the first to the last day on duty, both included;
-- not known where one of the two cannot be read. A year of birth alone
-- tells the years completed at the end of the period's year.
SELECT
    school.school_code,
    school.township,
    guard.row_no,
    guard.campus_name,
    guard.employment,
    guard.gender,
    guard.birth_year,
    guard.age,
    CASE WHEN NOT list_contains(guard.invalid_fields, 'birth_year') THEN
        coalesce(year($period_end::DATE) - guard.birth_year, guard.age) END AS completed_age,
    guard.company_name,
    CASE WHEN NOT list_contains(guard.invalid_fields, 'company_name') THEN
        guard.company_name IS NOT NULL AND NOT regexp_matches(guard.company_name, $self_hired) END AS is_from_company,
    guard.is_certified,
    guard.start_date,
    guard.end_date,
    guard.training_days,
    guard.is_equipped,
    CASE WHEN NOT list_has_any(guard.invalid_fields, ['start_date', 'end_date']) THEN
        (guard.start_date IS NULL OR guard.start_date <= $cut_off)
        AND (guard.end_date IS NULL OR guard.end_date >= $cut_off) END AS is_on_duty
FROM fact_point AS school
JOIN core_guards AS guard USING (submission_no)
ORDER BY school.school_code, guard.row_no
