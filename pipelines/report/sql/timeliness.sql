-- Whether a school's month came in time, and what stands for it. Grain: one row per school and month in which the
-- register of that month expects it and reports are due; a school that changed its code stands under the one in force.
-- Reads: expected_month (month, school_code, school_name, school_type, township), due_month (stage, month, deadline),
-- fact_renamed, core_submissions. A file came on the day that the bureau states for it, the last statement by $as_of,
-- else on that of its entry. received_at and received_on are entry and stated day of the first accepted file, whatever
-- replaced it later; submission_no the accepted one that counts; refused_no the last refused one, where nothing was
-- accepted after it.
-- Parameters: $as_of TIMESTAMP.
WITH RECURSIVE heir AS (
    SELECT former_code, school_code
    FROM fact_renamed
    UNION
    SELECT heir.former_code, renamed.school_code
    FROM heir
    JOIN fact_renamed AS renamed ON renamed.former_code = heir.school_code
),
in_force AS (
    SELECT former_code, school_code
    FROM heir
    WHERE school_code NOT IN (SELECT former_code FROM fact_renamed)
),
owed AS (
    SELECT
        coalesce(in_force.school_code, expected.school_code) AS school_code,
        expected.month,
        expected.school_name,
        expected.township,
        due.deadline
    FROM expected_month AS expected
    JOIN due_month AS due ON due.month = expected.month AND due.stage = coalesce(expected.school_type, 'unknown')
    LEFT JOIN in_force ON in_force.former_code = expected.school_code
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(in_force.school_code, expected.school_code), expected.month ORDER BY expected.school_code
    ) = 1
),
stated AS (
    SELECT
        coalesce(entry.duplicate_of, entry.submission_no) AS submission_no,
        arg_max(entry.received_on, entry.submission_no) AS received_on
    FROM core_submissions AS entry
    WHERE entry.received_on IS NOT NULL AND entry.received_at <= $as_of
    GROUP BY 1
),
file AS (
    SELECT
        coalesce(in_force.school_code, received.school_code) AS school_code,
        coalesce(period, sent_period) AS month,
        sent_period,
        received.submission_no,
        received_at,
        stated.received_on,
        coalesce(stated.received_on, received_at::DATE) AS came_on,
        status
    FROM core_submissions AS received
    LEFT JOIN stated ON stated.submission_no = received.submission_no
    LEFT JOIN in_force ON in_force.former_code = received.school_code
    WHERE origin = 'school' AND received.school_code IS NOT NULL AND received_at <= $as_of
),
usable AS (
    SELECT
        school_code,
        month,
        min(came_on) AS came_on,
        arg_min(received_at, (came_on, received_at)) AS received_at,
        first(received_on ORDER BY came_on, received_at) AS received_on,
        max(received_at) AS last_at,
        arg_max(submission_no, (received_at, submission_no)) AS submission_no
    FROM file
    WHERE status IN ('accepted', 'accepted_with_findings')
    GROUP BY school_code, month
),
refused AS (
    SELECT
        school_code,
        unnest(list_distinct([month, sent_period])) AS month,
        received_at,
        submission_no
    FROM file
    WHERE status = 'rejected'
    QUALIFY row_number() OVER (PARTITION BY school_code, month ORDER BY received_at DESC, submission_no DESC) = 1
)
SELECT
    owed.month,
    owed.school_code,
    first_value(owed.school_name) OVER (PARTITION BY owed.school_code ORDER BY owed.month DESC) AS school_name,
    first_value(owed.township) OVER (PARTITION BY owed.school_code ORDER BY owed.month DESC) AS township,
    CASE
        WHEN usable.came_on <= owed.deadline THEN 'on_time'
        WHEN usable.came_on IS NOT NULL THEN 'late'
        WHEN $as_of::DATE > owed.deadline THEN 'missing'
        ELSE 'awaited'
    END AS state,
    owed.deadline,
    usable.received_at,
    usable.received_on,
    greatest(coalesce(usable.came_on, $as_of::DATE) - owed.deadline, 0)::INTEGER AS late_days,
    usable.submission_no,
    refused.submission_no AS refused_no
FROM owed
LEFT JOIN usable USING (school_code, month)
LEFT JOIN refused
    ON refused.school_code = owed.school_code AND refused.month = owed.month
    AND (usable.last_at IS NULL OR refused.received_at > usable.last_at)
ORDER BY owed.month, owed.school_code
