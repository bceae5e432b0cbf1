-- One row per indicator and unit whose own row in assessments.csv does not follow from its campuses or stages.
-- Purpose: such a row is counted in the figures, its parts are not.
SELECT
    indicator,
    unit_code
FROM out_assessment AS found
JOIN indicator_kind AS kind USING (indicator)
LEFT JOIN published_verdict AS own USING (indicator, unit_level, unit_code)
WHERE kind.has_detail
    AND NOT found.is_detail
    AND own.is_own
    AND (found.status, found.reason, found.actual, found.required, found.done, found.due)
        IS DISTINCT FROM (own.status, own.reason, own.actual, own.required, own.done, own.due)
ORDER BY indicator, unit_code
