-- check_placed: offending rows with their place. Grain: one row per row that a cross-check returned, in order of file, sheet and row.
-- Reads check_found. `columns` is the sheet's layout as JSON: field to column, from 0; NULL where it is not at hand.
SELECT
    row_number() OVER (
        ORDER BY
            found.submission_no, found.table_name, found.row_no NULLS FIRST, found.field, found.code, found.value,
            found.row_label
    ) AS placed_no,
    found.code,
    found.submission_no,
    submission.school_code,
    received.file_name AS file,
    found.table_name,
    coalesce(sheet.sheet_name, '') AS sheet,
    sheet.columns,
    found.row_no,
    found.field,
    found.value,
    found.detail,
    found.row_label,
    found.others,
    found.other_count
FROM check_found AS found
JOIN check_submission AS submission USING (submission_no)
JOIN core_submissions AS received USING (submission_no)
LEFT JOIN core_sheets AS sheet
    ON sheet.submission_no = found.submission_no AND sheet.table_name = found.table_name
ORDER BY placed_no
