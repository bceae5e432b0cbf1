-- The sheets of every submission: state on the last day, events of the month, hazards open and closed.
INSERT INTO core_profile BY NAME
SELECT
    submission_no, 1 AS row_no, school_code, student_count, student_count // 15 AS staff_count, 1 AS campus_count,
    CASE WHEN school_no % 4 = 0 THEN student_count // 3 ELSE 0 END AS boarder_count,
    CASE WHEN school_no % 4 = 0 THEN student_count // 6 ELSE 0 END AS girl_boarder_count,
    student_count // 300 AS dorm_manager_count, 1 AS female_dorm_manager_count, 1 AS psych_teacher_count,
    1 AS legal_vice_principal_count, 1 AS safety_office_head_count, 2 AS safety_office_staff_count,
    true AS has_canteen, school_no % 3 = 0 AS has_lab, school_no % 5 = 0 AS has_bus, false AS has_nap_room,
    '2025-09-01'::DATE AS insurance_start_date, '2026-08-31'::DATE AS insurance_end_date, []::VARCHAR[] AS invalid_fields
FROM sent;

INSERT INTO core_campuses BY NAME
SELECT
    submission_no, part AS row_no, 'c' || part AS campus_name, student_count // 2 AS student_count,
    student_count // 30 AS staff_count, 0 AS boarder_count, []::VARCHAR[] AS invalid_fields
FROM sent, range(1, 3) AS parts (part)
WHERE school_no % 9 = 0;

INSERT INTO core_checklist BY NAME
SELECT
    submission_no, row_number() OVER (PARTITION BY submission_no ORDER BY item_id) AS row_no, item_id,
    CASE WHEN hash(submission_no, item_id) % 9 = 0 THEN 'no' WHEN hash(submission_no, item_id) % 41 > 0 THEN 'yes' END
        AS answer,
    CASE WHEN answer = 'yes' THEN first_date + 9 END AS answer_date, []::VARCHAR[] AS invalid_fields
FROM sent, asked;

INSERT INTO core_counts BY NAME
SELECT
    submission_no, row_number() OVER (PARTITION BY submission_no ORDER BY item_id) AS row_no, item_id,
    20 - (hash(submission_no, item_id) % 3)::BIGINT AS done_count, 20 AS due_count, []::VARCHAR[] AS invalid_fields
FROM sent, asked;

INSERT INTO core_guards BY NAME
SELECT
    submission_no, part AS row_no, 'full_time' AS employment, 1960 + (hash(school_no, part) % 40)::INTEGER AS birth_year,
    CASE WHEN part = 1 THEN 'c1' ELSE 'c2' END AS campus_name, 'Shield' AS company_name, true AS is_certified,
    '2024-09-01'::DATE AS start_date, 3 AS training_days, true AS is_equipped, []::VARCHAR[] AS invalid_fields
FROM sent, range(1, 5) AS parts (part)
WHERE part <= 1 + student_count // 500;

INSERT INTO core_trainings BY NAME
SELECT
    submission_no, part AS row_no, first_date + (part * 4)::INTEGER AS held_date,
    (['防溺水教育', '交通安全', '反欺凌教育', '国家安全教育', '消防安全', '反恐防暴教育'])[part] AS topic,
    'students' AS audience, (['start_of_term', 'before_holiday', 'regular'])[1 + part % 3] AS timing,
    100 AS expected_count, 98 AS attended_count, 2 AS class_hours, []::VARCHAR[] AS invalid_fields
FROM sent, range(1, 7) AS parts (part);

INSERT INTO core_drills BY NAME
SELECT
    submission_no, part AS row_no, first_date + (part * 9)::INTEGER AS held_date,
    (['消防疏散演练', '地震避险演练'])[part] AS drill_name, (['fire', 'earthquake'])[part] AS category,
    100 AS expected_count, 98 AS attended_count, true AS has_plan, []::VARCHAR[] AS invalid_fields
FROM sent, range(1, 3) AS parts (part)
WHERE hash(submission_no, part) % 5 > 0;

-- Three hazards found each month, listed for as many months as they stay open.
INSERT INTO core_hazards BY NAME
SELECT
    submission_no, row_number() OVER (PARTITION BY submission_no ORDER BY found_month, part) AS row_no,
    strftime(found_date, '%Y%m') || '-' || part AS hazard_no, found_date, '位置' AS location, '内容' AS description,
    CASE WHEN hash(school_no, found_month, part) % 20 = 0 THEN 'major' ELSE 'general' END AS level, 'self' AS source,
    '措施' AS measure, 100 AS fund_amount, 'x' AS responsible_name, found_date + 20 AS deadline_date, true AS has_plan,
    true AS is_listed, CASE WHEN closed_date <= last_day(first_date) THEN 'closed' ELSE 'open' END AS status,
    CASE WHEN closed_date <= last_day(first_date) THEN closed_date END AS closed_date, []::VARCHAR[] AS invalid_fields
FROM (
    SELECT
        sent.*,
        found.month_no AS found_month,
        part,
        found.first_date + (hash(school_no, found.month_no, part) % 28)::INTEGER AS found_date,
        found_date + (hash(school_no, part, found.month_no) % 60)::INTEGER AS closed_date
    FROM sent
    JOIN month AS found ON found.month_no <= sent.month_no
    CROSS JOIN range(1, 4) AS parts (part)
) AS hazard
WHERE closed_date >= first_date;

INSERT INTO core_incidents BY NAME
SELECT
    submission_no, 1 AS row_no, label || '-' || school_no AS incident_no, first_date + INTERVAL 10 DAY AS occurred_at,
    first_date + INTERVAL 10 DAY AS known_at, first_date + INTERVAL 10 DAY + INTERVAL 40 MINUTE AS reported_government_at,
    first_date + INTERVAL 10 DAY + INTERVAL 70 MINUTE AS reported_education_at, '一般' AS level, 'on_campus' AS place_kind,
    []::VARCHAR[] AS invalid_fields
FROM sent
WHERE hash(submission_no, 'incident') % 10 = 0;

INSERT INTO core_buses BY NAME
SELECT
    submission_no, part AS row_no, 'P' || part AS plate_no, 30 AS seat_count, true AS is_driver_qualified,
    first_date + 3 AS last_check_date, first_date + 3 AS term_check_date, true AS is_hazard_fixed,
    []::VARCHAR[] AS invalid_fields
FROM sent, range(1, 3) AS parts (part)
WHERE school_no % 5 = 0;

INSERT INTO core_sheets BY NAME
SELECT submission_no, table_name, table_name AS sheet_name, 1 AS row_count, 0 AS lost_row_count, false AS is_nil
FROM sent, unnest(['profile', 'campuses', 'checklist', 'counts', 'guards', 'trainings', 'drills', 'hazards', 'incidents',
    'buses']) AS tables (table_name);
