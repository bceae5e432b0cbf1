-- fact_stage: one row per expected school and stage that it teaches.
-- Purpose: rules that hold for each stage of a school with several.
SELECT
    school.school_code,
    taught.stage,
    taught.stage = 'kindergarten' AS teaches_kindergarten,
    taught.stage = 'primary' AS teaches_primary,
    taught.stage = 'junior' AS teaches_junior,
    taught.stage = 'senior' AS teaches_senior,
    taught.stage = 'vocational' AS teaches_vocational
FROM fact_school AS school
LEFT JOIN stage_taught AS taught USING (school_type)
ORDER BY school.school_code, taught.stage
