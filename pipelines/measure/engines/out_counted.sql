-- counted: one row per sender and month up to the cut-off day, the submission that counts; school_code '' is the bureau.
-- Purpose: which file counts is decided once, renamed schools included; report and trace read it. A school that changed
-- its code stands under the one in force, whichever its file bears.
SELECT school_code, month, submission_no FROM fact_submission
UNION ALL
SELECT '', month, submission_no FROM fact_bureau_submission
ORDER BY school_code, month
