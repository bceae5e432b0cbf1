-- out_rates: one row per indicator and group of units: rates of rules and ratios.
-- Purpose: value, bounds and counts by status. A rule counts schools; a ratio sums done over due. Bounds of a ratio
-- exist only when every due that is expected is known. The reported value leaves out the unreported; of a rule the
-- pending too, which are schools not decided, where a ratio's pending have numbers. One division, last.
WITH grouped AS (
    SELECT
        assessment.indicator,
        unit_group.unit_level,
        unit_group.unit_code,
        count(*) FILTER (WHERE status = 'met') AS met,
        count(*) FILTER (WHERE status = 'unmet') AS unmet,
        count(*) FILTER (WHERE status = 'pending') AS pending,
        count(*) FILTER (WHERE status = 'exempt') AS exempt,
        count(*) FILTER (WHERE status = 'unreported') AS unreported,
        coalesce(sum(done) FILTER (WHERE due IS NOT NULL AND status <> 'exempt'), 0)::BIGINT AS done_sum,
        coalesce(sum(due) FILTER (WHERE status <> 'exempt'), 0)::BIGINT AS due_sum,
        coalesce(sum(CASE WHEN status IN ('pending', 'unreported') OR done IS NULL THEN due ELSE done END)
            FILTER (WHERE status <> 'exempt'), 0)::BIGINT AS done_at_most,
        coalesce(sum(done) FILTER (WHERE due IS NOT NULL AND status NOT IN ('exempt', 'unreported')), 0)::BIGINT
            AS reported_done_sum,
        coalesce(sum(due) FILTER (WHERE done IS NOT NULL AND status NOT IN ('exempt', 'unreported')), 0)::BIGINT
            AS reported_due_sum,
        count(*) FILTER (WHERE NOT is_due_whole AND status <> 'exempt') AS unknown_due_count,
        count(*) FILTER (WHERE done IS NOT NULL AND due IS NOT NULL AND status <> 'exempt') AS known_count
    FROM out_assessment AS assessment
    JOIN unit_group
        ON unit_group.source_level = assessment.unit_level AND unit_group.source_code = assessment.unit_code
    WHERE NOT assessment.is_detail
    GROUP BY assessment.indicator, unit_group.unit_level, unit_group.unit_code
),
counted AS (
    SELECT
        grouped.*,
        is_ratio,
        met + unmet + pending + unreported AS expected,
        CASE WHEN is_ratio THEN done_sum ELSE met END AS numerator,
        CASE WHEN is_ratio THEN due_sum ELSE met + unmet + pending + unreported END AS denominator,
        CASE
            WHEN is_ratio AND due_sum > 0 AND known_count > 0 THEN 'known'
            WHEN NOT is_ratio AND met + unmet + pending > 0 THEN 'known'
            WHEN unreported > 0 OR (is_ratio AND pending > 0) THEN 'no_data'
            ELSE 'not_reached'
        END AS knowledge
    FROM grouped
    JOIN indicator_kind USING (indicator)
)
SELECT
    indicator,
    unit_level,
    unit_code,
    CASE WHEN knowledge = 'known' THEN numerator END AS numerator,
    CASE WHEN knowledge = 'known' OR NOT is_ratio THEN denominator END AS denominator,
    CASE WHEN knowledge = 'known' THEN numerator::DOUBLE / denominator END AS value,
    CASE
        WHEN knowledge <> 'known' OR (is_ratio AND unknown_due_count > 0) THEN NULL
        ELSE numerator::DOUBLE / denominator
    END AS lower,
    CASE
        WHEN knowledge <> 'known' OR (is_ratio AND unknown_due_count > 0) THEN NULL
        WHEN is_ratio THEN done_at_most::DOUBLE / denominator
        ELSE (met + pending + unreported)::DOUBLE / denominator
    END AS upper,
    CASE
        WHEN knowledge <> 'known' THEN NULL
        WHEN is_ratio THEN reported_done_sum::DOUBLE / nullif(reported_due_sum, 0)
        ELSE met::DOUBLE / nullif(met + unmet, 0)
    END AS reported_value,
    met,
    unmet,
    pending,
    exempt,
    unreported,
    CASE WHEN knowledge <> 'known' THEN knowledge WHEN pending > 0 THEN 'open' ELSE 'final' END AS status
FROM counted
ORDER BY indicator, unit_level, unit_code
