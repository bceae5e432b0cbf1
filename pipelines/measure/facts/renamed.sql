-- fact_renamed: one row per school that goes on under another code: the code that ended and the one in force.
-- Purpose: what it sent under the old code stays its history, so that windows and hazards reach across the change. Only
-- where the register says so: one successor of one predecessor, begun after that ended, for a reason of $same_school.
-- A merged school is no such thing: its successor owes by its own facts and from its own first day.
SELECT
    old.school_code AS former_code,
    heir.school_code,
    old.valid_from_date
FROM known_school AS old
JOIN known_school AS heir ON heir.school_code = old.successor_code
WHERE old.valid_to_date < $cut_off
    AND heir.valid_from_date > old.valid_to_date
    AND heir.valid_from_date <= $cut_off
QUALIFY count(*) OVER (PARTITION BY heir.school_code) = 1 AND coalesce(regexp_matches(old.change_reason, $same_school), false)
ORDER BY former_code
