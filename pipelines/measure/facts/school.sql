-- fact_school: one row per expected school.
-- Purpose: the profile's point facts beside the register; guards on duty; whether the ledger was reported.
-- A fact is NULL when it is not known; the school's attributes come from the register, not from the form.
WITH profile AS (
    SELECT *
    FROM core_profile
    QUALIFY row_number() OVER (PARTITION BY submission_no ORDER BY row_no) = 1
),
guard AS (
    SELECT
        school_code,
        count(*) FILTER (WHERE is_on_duty) AS guard_count,
        count(*) FILTER (WHERE is_on_duty AND employment = 'full_time') AS full_time_guard_count
    FROM fact_guard
    GROUP BY school_code
),
sheet AS (
    SELECT
        point.school_code,
        bool_or(sheet.table_name = 'guards' AND sheet.is_reported) AS has_guards,
        bool_or(sheet.table_name = 'hazards' AND sheet.is_reported) AS has_hazards,
        bool_or(sheet.table_name = 'profile' AND sheet.lost_row_count = 0) AS is_profile_whole
    FROM fact_point AS point
    JOIN fact_sheet AS sheet ON sheet.school_code = point.school_code AND sheet.month = point.point_month
    GROUP BY point.school_code
),
taught AS (
    SELECT
        school_type,
        bool_or(stage = 'kindergarten') AS teaches_kindergarten,
        bool_or(stage = 'primary') AS teaches_primary,
        bool_or(stage = 'junior') AS teaches_junior,
        bool_or(stage = 'senior') AS teaches_senior,
        bool_or(stage = 'vocational') AS teaches_vocational
    FROM stage_taught
    GROUP BY school_type
)
SELECT
    point.school_code,
    point.school_name,
    point.school_type,
    point.ownership,
    point.urban_rural,
    point.township,
    point.valid_from_date,
    point.calendar_stage,
    point.point_month,
    point.submission_no,
    point.has_submission,
    taught.teaches_kindergarten,
    taught.teaches_primary,
    taught.teaches_junior,
    taught.teaches_senior,
    taught.teaches_vocational,
    profile.campus_count,
    profile.class_count,
    profile.student_count,
    profile.staff_count,
    profile.student_count + profile.staff_count AS headcount,
    profile.boarder_count,
    profile.girl_boarder_count,
    profile.boarder_count > 0 AS is_boarding,
    profile.dorm_manager_count,
    profile.female_dorm_manager_count,
    profile.psych_teacher_count,
    profile.legal_vice_principal_count,
    profile.legal_counselor_count,
    profile.trained_safety_manager_count,
    profile.safety_office_head_count,
    profile.safety_office_staff_count,
    profile.has_canteen,
    profile.has_lab,
    profile.has_bus,
    profile.has_nap_room,
    profile.insurance_start_date,
    profile.insurance_end_date,
    CASE WHEN sheet.is_profile_whole THEN
        NOT list_has_any(coalesce(profile.invalid_fields, []), ['insurance_start_date', 'insurance_end_date'])
    END AS is_insurance_readable,
    coalesce(profile.invalid_fields, []) AS invalid_profile_fields,
    CASE WHEN sheet.has_guards THEN coalesce(guard.guard_count, 0) END AS guard_count,
    CASE WHEN sheet.has_guards THEN coalesce(guard.full_time_guard_count, 0) END AS full_time_guard_count,
    nullif(coalesce(sheet.has_hazards, false), false) AS has_hazard_ledger
FROM fact_point AS point
LEFT JOIN profile USING (submission_no)
LEFT JOIN guard ON guard.school_code = point.school_code
LEFT JOIN sheet ON sheet.school_code = point.school_code
LEFT JOIN taught ON taught.school_type = point.school_type
ORDER BY point.school_code
