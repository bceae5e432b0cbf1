-- Schools that the register expects on a day: the register of the latest accepted bureau submission received by $as_of.
-- Grain: one row per school. Parameters: $as_of TIMESTAMP, $month VARCHAR (last month measured), $day DATE.
WITH newest AS (
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
SELECT
    school_code,
    school_name,
    school_type,
    ownership,
    urban_rural,
    township
FROM core_register
WHERE submission_no = (SELECT submission_no FROM newest)
    AND (valid_from_date IS NULL OR valid_from_date <= $day)
    AND (valid_to_date IS NULL OR valid_to_date >= $day)
    AND school_type IS DISTINCT FROM 'teaching_point'
ORDER BY school_code
