-- check_hazard: one row per row of a ledger that counts, with its state as fact_hazard reads it: closed, in doubt
-- (closed without a readable day), else open.
-- Purpose: ledgers compared row by row. Texts are compared without white space and case (description_key, place_key);
-- `content` is the whole row as text, for ledgers said to be the same.
-- Parameters: $cut_off DATE.
SELECT
    ledger.submission_no,
    hazard.row_no,
    hazard.hazard_no,
    hazard.found_date,
    hazard.description,
    regexp_replace(lower(hazard.description), '\s+', '', 'g') AS description_key,
    regexp_replace(lower(coalesce(hazard.location, '')), '\s+', '', 'g') AS place_key,
    hazard.closed_date,
    list_contains(hazard.invalid_fields, 'closed_date')
        OR list_contains(hazard.invalid_fields, 'status')
        OR (coalesce(hazard.status, '') = 'closed' AND hazard.closed_date IS NULL) AS is_in_doubt,
    NOT is_in_doubt
        AND coalesce(hazard.closed_date <= $cut_off AND coalesce(hazard.status, 'closed') = 'closed', false)
        AS is_closed,
    NOT is_in_doubt AND NOT is_closed AS is_open,
    row(
        hazard.hazard_no, hazard.found_date, hazard.location, hazard.description, hazard.category, hazard.level,
        hazard.source, hazard.measure, hazard.fund_amount, hazard.responsible_name, hazard.deadline_date,
        hazard.has_plan, hazard.is_listed, hazard.status, hazard.closed_date, hazard.reviewer_name, hazard.note
    )::VARCHAR AS content
FROM core_hazards AS hazard
JOIN check_ledger AS ledger USING (submission_no)
ORDER BY ledger.submission_no, hazard.row_no
