-- Into core_corrected_cells: what became of each correction, with the file that it came in. Reads: corrected_cell.
INSERT INTO core_corrected_cells BY NAME
SELECT
    cell.*,
    received.file_name AS file,
    received.sha256,
    received.received_at
FROM corrected_cell AS cell
JOIN core_submissions AS received USING (submission_no)
ORDER BY correction_no
