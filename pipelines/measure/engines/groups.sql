-- unit_group: one row per unit and group that it counts in: the whole, its township, stage, place and ownership.
-- Purpose: the levels of figures. A school's attributes are the register's.
CREATE OR REPLACE TEMP TABLE unit_group AS
SELECT 'school' AS source_level, school_code AS source_code, 'county' AS unit_level, 'county' AS unit_code
FROM fact_school
UNION ALL
SELECT 'school', school_code, 'township', township FROM fact_school WHERE township IS NOT NULL
UNION ALL
SELECT 'school', school_code, 'stage', school_type FROM fact_school WHERE school_type IS NOT NULL
UNION ALL
SELECT 'school', school_code, 'urban_rural', urban_rural FROM fact_school WHERE urban_rural IS NOT NULL
UNION ALL
SELECT 'school', school_code, 'ownership', ownership FROM fact_school WHERE ownership IS NOT NULL
UNION ALL
SELECT 'bureau', 'bureau', 'county', 'county'
UNION ALL
SELECT 'township', township, 'county', 'county' FROM fact_township
UNION ALL
SELECT 'township', township, 'township', township FROM fact_township
UNION ALL
SELECT 'body', body, 'county', 'county' FROM fact_body
UNION ALL
SELECT 'body', body, 'body', body FROM fact_body
UNION ALL
SELECT 'task', task_no, 'county', 'county' FROM fact_task
UNION ALL
SELECT 'task', task_no, 'body', lead_body FROM fact_task WHERE lead_body IS NOT NULL
