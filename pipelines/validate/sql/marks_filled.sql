-- Files that hold something a school filled in. Grain: one row per file and sheet.
CREATE OR REPLACE TEMP TABLE filled (submission_no BIGINT)
