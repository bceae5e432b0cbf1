-- The bureau's workbook of every month.
INSERT INTO core_meetings BY NAME
SELECT
    1000000000 + month_no AS submission_no, 1 AS row_no, 'tripartite' AS meeting_type, first_date + 5 AS held_date,
    township, '公安局、教育局' AS expected_bodies, '教育局' AS attended_bodies, true AS is_governance_office_present,
    true AS is_police_present, true AS is_school_present, []::VARCHAR[] AS invalid_fields
FROM month, (SELECT DISTINCT township FROM school) AS townships;

INSERT INTO core_inspections BY NAME
SELECT
    1000000000 + month_no AS submission_no, school_no + 1 AS row_no, first_date + (school_no % 28)::INTEGER AS held_date,
    school_code, (['spot', 'government', 'superior'])[1 + school_no % 3] AS level, 'special' AS method,
    'closed_campus' AS item_id, 'yes' AS result, 2 AS problem_count, 2 AS assigned_count, 1 AS fixed_count,
    true AS is_notified, []::VARCHAR[] AS invalid_fields
FROM school, month
WHERE hash(school_no, month_no, 'visit') % 3 = 0;

INSERT INTO core_perimeter BY NAME
SELECT
    1000000000 + month_no AS submission_no, school_no + 1 AS row_no, first_date + 3 AS found_date, school_code,
    'stall' AS category, '校门口' AS location, 80 AS distance_metres, first_date + 9 AS cleared_date, '城管' AS bodies,
    []::VARCHAR[] AS invalid_fields
FROM school, month
WHERE hash(school_no, month_no, 'site') % 4 = 0;

INSERT INTO core_body_checklist BY NAME
SELECT
    1000000000 + month_no AS submission_no, row_number() OVER (PARTITION BY month_no ORDER BY item_id) AS row_no,
    '教育局' AS body, item_id, 'yes' AS answer, first_date + 3 AS answer_date, []::VARCHAR[] AS invalid_fields
FROM month, asked;

INSERT INTO core_sheets BY NAME
SELECT 1000000000 + month_no AS submission_no, table_name, table_name AS sheet_name, 1 AS row_count,
    0 AS lost_row_count, false AS is_nil
FROM month, unnest(['register', 'tasks', 'meetings', 'inspections', 'perimeter', 'body_checklist', 'body_counts'])
    AS tables (table_name);
