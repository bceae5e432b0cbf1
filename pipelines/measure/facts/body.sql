-- fact_body: one row per body of the standard.
-- Purpose: duties that each member body has; the bureau's workbook says what each did.
SELECT DISTINCT
    known.body,
    bureau.point_month,
    bureau.submission_no,
    bureau.has_submission,
    bureau.calendar_stage,
    bureau.valid_from_date
FROM known_body AS known
CROSS JOIN fact_bureau AS bureau
ORDER BY known.body
