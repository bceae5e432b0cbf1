-- Findings about a file as a whole, from its identity. $version: what the template's stamp should end with.
INSERT INTO found
SELECT submission_no, reject_code, NULL, NULL, NULL, NULL, NULL, codes, NULL
FROM identity
WHERE reject_code IN ('E-EMPTY-TEMPLATE', 'E-SCHOOL-AMBIGUOUS', 'E-SCHOOL-MISSING')
UNION ALL
SELECT submission_no, 'E-PERIOD', NULL, NULL, NULL, NULL, period, sent_period, NULL
FROM identity
WHERE reject_code IS NULL AND period <> sent_period
UNION ALL
SELECT submission_no, 'E-SCHOOL-MISMATCH', NULL, NULL, NULL, NULL, school_code, cover_code, NULL
FROM identity
WHERE reject_code IS NULL AND cover_code <> school_code
UNION ALL
SELECT submission_no, 'E-CONTRACT-VERSION', NULL, NULL, NULL, NULL, template_stamp, NULL, NULL
FROM identity
WHERE reject_code IS NULL
    AND origin = 'school'
    AND template_stamp IS NOT NULL
    AND NOT regexp_full_match(template_stamp, 'school-safety;[a-z0-9-]+;' || $version)
