-- told_case: one row per rate of a duration and school: cases due, and of these done.
-- Purpose: the same numbers as assessments.csv gives under done and due.
CREATE OR REPLACE TEMP TABLE told_case AS
SELECT
    told_rate.indicator,
    school_code,
    count(*) FILTER (WHERE list_contains(flags, told_rate.rate || '.due')) AS due,
    count(*) FILTER (WHERE list_has_all(flags, [told_rate.rate || '.due', told_rate.rate || '.done'])) AS done
FROM out_case
JOIN told_rate ON told_rate.provision = out_case.indicator
GROUP BY told_rate.indicator, school_code
