-- Q-LEDGER-CHAIN. Grain: one row per ledger whose backlog is not what was carried over, plus new, less closed.
-- Purpose: the monthly chain, broken as fact_ledger_month says, so that findings and figures agree. The finding belongs
-- to the sheet, not to a cell: value is the ledger's own backlog, detail the sum as it should be.
WITH chain AS (
    SELECT
        *,
        lag(backlog_count) OVER (PARTITION BY school_code ORDER BY month_date) AS earlier_backlog_count
    FROM fact_ledger_month
)
SELECT
    'Q-LEDGER-CHAIN' AS code,
    submission.submission_no,
    'hazards' AS table_name,
    NULL::INTEGER AS row_no,
    NULL::VARCHAR AS field,
    chain.backlog_count::VARCHAR AS value,
    format(
        '{}+{}-{}={}', chain.earlier_backlog_count, chain.new_count, chain.closed_count,
        chain.earlier_backlog_count + chain.new_count - chain.closed_count
    ) AS detail,
    NULL::VARCHAR AS row_label,
    []::VARCHAR[] AS others,
    0 AS other_count
FROM chain
JOIN check_submission AS submission
    ON submission.school_code = chain.school_code AND submission.month = strftime(chain.month_date, '%Y-%m')
WHERE chain.is_chain_broken
ORDER BY submission.submission_no
