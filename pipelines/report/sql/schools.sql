-- Schools of the register that counts as of a moment. Grain: one row per school code, its latest validity.
-- The register is the one of the latest accepted bureau submission received by $as_of for a month up to $last_month.
-- is_expected: valid on the cut-off day and of a type that the standard counts.
WITH register_source AS (
    SELECT submission.submission_no
    FROM core_submissions AS submission
    WHERE
        submission.origin = 'bureau'
        AND submission.status IN ('accepted', 'accepted_with_findings')
        AND submission.received_at <= $as_of
        AND submission.period <= $last_month
        AND EXISTS (SELECT 1 FROM core_register AS register WHERE register.submission_no = submission.submission_no)
    ORDER BY submission.period DESC, submission.submission_no DESC
    LIMIT 1
),
judged AS (
    SELECT
        register.*,
        coalesce(
            register.valid_from_date <= $cut_off
            AND (register.valid_to_date IS NULL OR register.valid_to_date >= $cut_off)
            AND NOT list_contains($excluded_school_types, coalesce(register.school_type, '')),
            FALSE
        ) AS is_expected
    FROM core_register AS register
    INNER JOIN register_source USING (submission_no)
    WHERE register.school_code IS NOT NULL
)
SELECT
    school_code,
    coalesce(school_name, '') AS school_name,
    coalesce(school_type, '') AS school_type,
    coalesce(ownership, '') AS ownership,
    coalesce(urban_rural, '') AS urban_rural,
    coalesce(township, '') AS township,
    is_expected
FROM judged
QUALIFY row_number() OVER (PARTITION BY school_code ORDER BY is_expected DESC, valid_from_date DESC, row_no) = 1
ORDER BY school_code
