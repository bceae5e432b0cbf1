-- core_submissions: one row per received file. Reads: ledger, judged (validated submissions), finding_counts, known_codes,
-- ended_codes. A file whose content came before for the same month is a duplicate; a school that no register knows is
-- refused, and so is a code that the register ended before the month.
-- A name that is neither part of the register's nor the other way round (or too short to tell) is a query of its own, but
-- for the name that the school had in that month by the same register.
WITH newest_name AS (
    SELECT school_code, arg_max(school_name, (submission_no, coalesce(valid_from_date, DATE '1900-01-01'), school_name)) AS known_name,
        max(submission_no) AS register_no
    FROM known_codes
    GROUP BY school_code
),
register_exists AS (SELECT count(*) > 0 AS is_known FROM known_codes),
resolved AS (
    SELECT l.submission_no, coalesce(j.origin, 'school') AS origin, j.school_code, j.school_name,
        coalesce(j.period, l.sent_period) AS period, l.sent_period, l.file_name, l.sha256, l.received_at, l.received_on, j.template_stamp,
        l.duplicate_of,
        CASE
            WHEN j.reject_code IS NOT NULL THEN j.reject_code
            WHEN j.origin = 'school' AND r.is_known AND j.school_code NOT IN (SELECT school_code FROM known_codes) THEN 'E-SCHOOL-UNKNOWN'
            WHEN j.origin = 'school' AND e.school_code IS NOT NULL THEN 'E-SCHOOL-ENDED'
        END AS reject_code
    FROM ledger AS l
    CROSS JOIN register_exists AS r
    LEFT JOIN judged AS j USING (submission_no)
    LEFT JOIN ended_codes AS e ON e.school_code = j.school_code AND e.month = coalesce(j.period, l.sent_period)
),
named AS (
    SELECT r.*, n.known_name,
        r.reject_code IS NULL AND r.duplicate_of IS NULL AND n.known_name IS NOT NULL AND r.school_name IS NOT NULL
            AND (length(r.school_name) < 4
                OR NOT (contains(n.known_name, r.school_name) OR contains(r.school_name, n.known_name)))
            AND NOT EXISTS (
                SELECT 1
                FROM known_codes AS k
                WHERE k.submission_no = n.register_no AND k.school_code = r.school_code
                    AND coalesce(strftime(k.valid_from_date, '%Y-%m') <= r.period, true)
                    AND coalesce(strftime(k.valid_to_date, '%Y-%m') >= r.period, true)
                    AND length(r.school_name) >= 4
                    AND (contains(k.school_name, r.school_name) OR contains(r.school_name, k.school_name))
            ) AS is_misnamed
    FROM resolved AS r
    LEFT JOIN newest_name AS n USING (school_code)
),
counted AS (
    SELECT r.*, coalesce(c.error_count, 0) + coalesce(r.reject_code IN ('E-SCHOOL-UNKNOWN', 'E-SCHOOL-ENDED'), false)::INTEGER AS error_count,
        coalesce(c.query_count, 0) + is_misnamed::INTEGER AS query_count, coalesce(c.repair_count, 0) AS repair_count
    FROM named AS r
    LEFT JOIN finding_counts AS c USING (submission_no)
),
settled AS (
    SELECT *, CASE
        WHEN duplicate_of IS NOT NULL THEN 'duplicate'
        WHEN reject_code IS NOT NULL THEN 'rejected'
        WHEN error_count + query_count > 0 THEN 'accepted_with_findings'
        ELSE 'accepted'
    END AS status
    FROM counted
)
SELECT submission_no, origin, school_code, school_name, period, sent_period, file_name, sha256, received_at, received_on,
    CASE WHEN status IN ('accepted', 'accepted_with_findings') THEN
        count(*) FILTER (WHERE status IN ('accepted', 'accepted_with_findings'))
            OVER (PARTITION BY origin, school_code, period ORDER BY submission_no)
    END::INTEGER AS version,
    status, reject_code, duplicate_of, error_count::INTEGER AS error_count, query_count::INTEGER AS query_count,
    repair_count::INTEGER AS repair_count, template_stamp, CASE WHEN is_misnamed THEN known_name END AS differing_name
FROM settled
ORDER BY submission_no
