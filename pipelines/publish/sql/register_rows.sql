-- Rows of the register that counts (as store/register.sql picks it), as they stand there. Grain: one row per entry.
-- Parameters: $as_of TIMESTAMP, $month VARCHAR.
SELECT
    register.school_code,
    register.school_name,
    register.school_type,
    register.ownership,
    register.urban_rural,
    register.township,
    register.valid_from_date,
    register.valid_to_date,
    register.change_reason,
    register.successor_code
FROM core_register AS register
WHERE register.school_code IS NOT NULL
    AND register.submission_no = (
        SELECT submission_no
        FROM core_submissions
        WHERE origin = 'bureau'
            AND status IN ('accepted', 'accepted_with_findings')
            AND received_at <= $as_of
            AND period <= $month
            AND submission_no IN (SELECT submission_no FROM core_register)
        ORDER BY period DESC, submission_no DESC
        LIMIT 1
    )
ORDER BY register.school_code, register.valid_from_date NULLS FIRST, register.row_no
