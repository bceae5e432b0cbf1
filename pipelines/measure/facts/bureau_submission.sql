-- fact_bureau_submission: one row per month, the bureau's workbook that counts.
-- Purpose: the same rule as for schools, without a school code. A workbook that holds nothing but standing sheets
-- (a register, corrections) displaces none: its rows are picked by rules of their own.
SELECT
    period AS month,
    submission_no
FROM core_submissions
WHERE origin = 'bureau'
    AND status IN ('accepted', 'accepted_with_findings')
    AND received_at <= $as_of
    AND period <= $last_month
    AND submission_no NOT IN (
        SELECT submission_no
        FROM core_sheets
        GROUP BY submission_no
        HAVING bool_and(list_contains($standing_tables, table_name))
    )
QUALIFY row_number() OVER (PARTITION BY period ORDER BY received_at DESC, submission_no DESC) = 1
ORDER BY month
