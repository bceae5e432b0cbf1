-- core_corrected_cells: one row per correction that had come, and what became of it. `state`: applied, failed, replaced,
-- withdrawn (by a later row), withdrawal, nothing_withdrawn, pruned. Texts are as people may see them: restricted ones masked.
-- submission_no and row_no are the bureau's row, with its file; target_no and target_row_no the school's, NULL where none
-- was found.
CREATE TABLE core_corrected_cells (
    correction_no BIGINT,
    submission_no BIGINT,
    row_no INTEGER,
    file VARCHAR,
    sha256 VARCHAR,
    received_at TIMESTAMP,
    month VARCHAR,
    school_code VARCHAR,
    target_no BIGINT,
    table_name VARCHAR,
    sheet VARCHAR,
    target_row_no INTEGER,
    cell VARCHAR,
    field VARCHAR,
    item VARCHAR,
    place VARCHAR,
    old_text VARCHAR,
    new_text VARCHAR,
    reason VARCHAR,
    decided_by VARCHAR,
    decided_date DATE,
    objection VARCHAR,
    objection_outcome VARCHAR,
    state VARCHAR,
    code VARCHAR,
    message VARCHAR
)
