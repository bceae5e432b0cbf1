-- out_count: one row per counted indicator and unit; the number so far where a month that is owed is missing.
CREATE OR REPLACE TEMP TABLE out_count (
    indicator VARCHAR,
    unit_level VARCHAR,
    unit_code VARCHAR,
    number BIGINT,
    is_whole BOOLEAN
);
-- out_case: one row per case of a duration.
CREATE OR REPLACE TEMP TABLE out_case (
    indicator VARCHAR,
    school_code VARCHAR,
    case_no VARCHAR,
    start_at TIMESTAMP,
    end_at TIMESTAMP,
    observed_until_at TIMESTAMP,
    deadline_at TIMESTAMP,
    case_status VARCHAR,
    is_in_cohort BOOLEAN,
    duration BIGINT,
    is_observed BOOLEAN,
    is_daily BOOLEAN,
    flags VARCHAR[]
);
-- The bodies that a text lists, by their names in the standard where it has them: at the marks 、，,；; and / or a space.
CREATE OR REPLACE TEMP MACRO body_key(name) AS lower(regexp_replace(name, '[\s\x{3000}]', '', 'g'));
CREATE OR REPLACE TEMP MACRO body_list(names, by_name) AS list_sort(list_distinct(list_transform(
    list_filter(regexp_split_to_array(names, '[\x{3001}\x{FF0C},\x{FF1B};/\s\x{3000}]+'), lambda name: name <> ''),
    lambda name: coalesce(by_name[body_key(name)], name)
)));
-- Unknown when either side is: DuckDB's greatest and least skip what is unknown.
CREATE OR REPLACE TEMP MACRO max_of(a, b) AS CASE WHEN a >= b THEN a WHEN b > a THEN b END;
CREATE OR REPLACE TEMP MACRO min_of(a, b) AS CASE WHEN a <= b THEN a WHEN b < a THEN b END;
