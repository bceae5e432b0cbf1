-- core_findings: one row per finding of every file, with what the school said to it: answer_category (of the vocabulary
-- explanation_reason) and answer, NULL where nothing was said. Last of each file, explanations that were not used.
-- Reads: judged_findings, answer (asked_no is finding_no), notices.
WITH told AS (
    SELECT judged_findings.*, answer.answer_category, answer.answer, NULL::BIGINT AS notice_no
    FROM judged_findings
    LEFT JOIN answer ON answer.asked_no = judged_findings.finding_no
    UNION ALL BY NAME
    SELECT * FROM notices
)
SELECT
    row_number() OVER (ORDER BY submission_no, notice_no NULLS FIRST, finding_no)::BIGINT AS finding_no,
    submission_no, severity, code, table_name, sheet, row_no, cell, field, value, message, hint, answer_category, answer
FROM told
ORDER BY finding_no
