-- Schools with a submission a month, the first half year's months of school year 2025-2026 onwards; everything follows
-- from hash(), so that two runs make the same rows. Purpose: what load leaves behind, at any size.
CREATE TEMP TABLE school AS
SELECT
    i AS school_no,
    '2153' || lpad(i::VARCHAR, 6, '0') AS school_code,
    'T' || lpad((i % greatest(1, $school_count // 50))::VARCHAR, 4, '0') AS township,
    (['kindergarten', 'kindergarten', 'primary', 'primary', 'primary', 'teaching_point', 'junior', 'nine_year',
        'senior', 'vocational'])[1 + i % 10] AS school_type,
    CASE WHEN i % 7 = 0 THEN 'private' ELSE 'public' END AS ownership,
    (['urban', 'town', 'rural'])[1 + i % 3] AS urban_rural,
    100 + (hash(i, 'size') % 1900)::BIGINT AS student_count
FROM range($school_count) AS numbers (i);

CREATE TEMP TABLE month AS
SELECT
    m AS month_no,
    ('2025-09-01'::DATE + to_months(m::INTEGER))::DATE AS first_date,
    strftime(first_date, '%Y-%m') AS label
FROM range($month_count) AS numbers (m);

CREATE TEMP TABLE sent AS
SELECT
    school.*,
    month.*,
    school_no * $month_count + month_no + 1 AS submission_no
FROM school
CROSS JOIN month
WHERE hash(school_no, month_no) % 33 <> 0;

INSERT INTO core_submissions BY NAME
SELECT
    submission_no, 'school' AS origin, school_code, label AS period, label AS sent_period,
    last_day(first_date)::TIMESTAMP AS received_at, 1 AS version, 'accepted' AS status
FROM sent;

INSERT INTO core_submissions BY NAME
SELECT
    1000000000 + month_no AS submission_no, 'bureau' AS origin, label AS period, label AS sent_period,
    last_day(first_date)::TIMESTAMP AS received_at, 1 AS version, 'accepted' AS status
FROM month;

INSERT INTO core_register BY NAME
SELECT
    1000000000 + month_no AS submission_no, school_no + 1 AS row_no, school_code, school_code AS school_name,
    school_type, ownership, urban_rural, township, '2019-09-01'::DATE AS valid_from_date, []::VARCHAR[] AS invalid_fields
FROM school
CROSS JOIN month;
