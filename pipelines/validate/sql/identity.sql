-- One row a submission: whose it is, for which month, whether it is refused as a whole, and why.
-- Reads: submission (as extracted), profile (typed), event_dates (submission_no, day), filled (submission_no).
WITH profile_identity AS (
    SELECT submission_no, count(DISTINCT school_code) AS code_count, min(school_code) AS school_code,
        string_agg(DISTINCT school_code, '、' ORDER BY school_code) AS codes,
        min_by(school_name, row_no) AS school_name, min(report_month) AS report_month
    FROM profile GROUP BY submission_no
),
event_months AS (
    SELECT submission_no, min(strftime(day, '%Y-%m')) AS first_month, max(strftime(day, '%Y-%m')) AS last_month, count(*) AS day_count
    FROM event_dates WHERE day IS NOT NULL GROUP BY submission_no
),
stated AS (
    SELECT s.*, p.codes, coalesce(p.code_count, 0) AS code_count, p.school_name,
        coalesce(p.school_code, s.cover_code) AS school_code,
        coalesce(p.report_month, s.cover_month, s.title_period,
            CASE WHEN s.origin = 'school' AND e.first_month = e.last_month AND e.day_count > 1 THEN e.first_month END,
            s.sent_period) AS period,
        s.submission_no IN (SELECT submission_no FROM filled) AS is_filled
    FROM submission AS s
    LEFT JOIN profile_identity AS p USING (submission_no)
    LEFT JOIN event_months AS e USING (submission_no)
)
SELECT submission_no, origin, school_code, school_name, period, sent_period,
    CASE WHEN regexp_full_match(stamp, 'school-safety;[a-z0-9-]+;[0-9a-f]+') THEN stamp ELSE masked_free_text(half(stamp)) END AS template_stamp,
    cover_code, codes,
    CASE
        WHEN reject_code IS NOT NULL THEN reject_code
        WHEN origin = 'bureau' THEN NULL
        WHEN NOT is_filled THEN 'E-EMPTY-TEMPLATE'
        WHEN code_count > 1 THEN 'E-SCHOOL-AMBIGUOUS'
        WHEN school_code IS NULL THEN 'E-SCHOOL-MISSING'
    END AS reject_code
FROM stated
ORDER BY submission_no
