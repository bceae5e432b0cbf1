-- schools: one row per school of the register, with what states its point facts.
-- Purpose: who is expected and who reported, decided once. point_month is the month whose submission counts and
-- submission_no that submission; both NULL for a school that is not expected, the latter for one that is silent.
SELECT
    known.school_code,
    known.school_name,
    known.school_type,
    known.ownership,
    known.urban_rural,
    known.township,
    known.is_expected,
    point.point_month,
    point.submission_no
FROM known_school AS known
LEFT JOIN fact_point AS point USING (school_code)
ORDER BY known.school_code
