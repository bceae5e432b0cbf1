-- How an odd text becomes a typed value: everything but the plain forms that typing.py reads itself.
-- Every reader returns {v: value, e: finding code, r: repair code}; v is NULL where the text says that the value is
-- missing or cannot be read (then e says why). Texts are trimmed and not blank.
-- Variables: missing, missing_answer (marks of a missing value), unreadable (mark).
-- Macros masked_free_text and masked_code come from metadata/persons.py.
CREATE OR REPLACE MACRO half(x) AS translate(x, getvariable('wide'), getvariable('narrow'));

CREATE OR REPLACE MACRO trimmed(x) AS nullif(trim(x, getvariable('blanks')), '');

-- Half-width, without blanks: what `translate` finds no counterpart for, it leaves out.
CREATE OR REPLACE MACRO folded(x) AS lower(translate(x, getvariable('wide_and_blanks'), getvariable('narrow_alone')));

CREATE OR REPLACE MACRO is_missing(x) AS list_contains(getvariable('missing'), lower(x));

CREATE OR REPLACE MACRO is_unreadable(x) AS x = getvariable('unreadable');

CREATE OR REPLACE MACRO cell(value, failure, repair) AS {'v': value, 'e': failure, 'r': repair};

CREATE OR REPLACE MACRO read_text(x) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN masked_free_text(half(x)) <> half(x) THEN cell(masked_free_text(half(x)), NULL, 'R-PII-MASKED')
    ELSE cell(x, NULL, NULL) END;

CREATE OR REPLACE MACRO read_code(x, pattern) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(x, '[\d.]+[eE]\+?\d+') THEN cell(NULL, 'E-ID-AS-NUMBER', NULL)
    WHEN pattern IS NOT NULL AND NOT regexp_full_match(folded(x), pattern) THEN cell(NULL, 'E-CODE', NULL)
    WHEN masked_code(half(x)) <> half(x) THEN cell(masked_code(half(x)), NULL, 'R-PII-MASKED')
    ELSE cell(folded(x), NULL, CASE WHEN half(x) <> x THEN 'R-FULLWIDTH' END) END;

CREATE OR REPLACE MACRO unit_free(y, units) AS regexp_replace(
    CASE WHEN regexp_matches(y, '^[+-]?\d{1,3}(,\d{3})+') THEN replace(y, ',', '') ELSE y END, units, '');

CREATE OR REPLACE MACRO number_of(x, y, z, scale, failure) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN contains(y, '%') THEN cell(NULL, 'E-PERCENT', NULL)
    WHEN masked_code(half(x)) <> half(x) THEN cell(NULL, failure, NULL)
    WHEN regexp_matches(half(x), '\d\s+\d') THEN cell(NULL, failure, NULL)
    WHEN NOT regexp_full_match(z, '[+-]?\d{1,13}(\.\d{1,4}0*)?') THEN cell(NULL, failure, NULL)
    WHEN scale <> 1 AND NOT regexp_full_match(z, '[+-]?\d{1,9}(\.\d+)?') THEN cell(NULL, failure, NULL)
    ELSE cell((z::DECIMAL(38, 4) * scale)::DECIMAL(18, 4), NULL,
        CASE WHEN z <> y OR scale <> 1 THEN 'R-UNIT' WHEN half(x) <> x THEN 'R-FULLWIDTH' END) END;

CREATE OR REPLACE MACRO read_number(x, units) AS number_of(x, folded(x), unit_free(folded(x), units), 1, 'E-NUMBER');

CREATE OR REPLACE MACRO whole(c) AS CASE
    WHEN c.v <> floor(c.v) THEN cell(NULL, 'E-INTEGER', NULL) ELSE cell(c.v::BIGINT, c.e, c.r) END;

CREATE OR REPLACE MACRO read_int(x, units) AS whole(number_of(x, folded(x), unit_free(folded(x), units), 1, 'E-INTEGER'));

CREATE OR REPLACE MACRO read_money(x, units) AS CASE
    WHEN regexp_matches(x, '\d[千百]元?$') THEN cell(NULL, 'E-NUMBER', NULL)
    WHEN regexp_matches(x, '[\d０-９]\s*万元?$')
        THEN number_of(x, folded(x), regexp_replace(folded(x), '万元?$', ''), 10000, 'E-NUMBER')
    ELSE number_of(x, folded(x), unit_free(folded(x), units), 1, 'E-NUMBER') END;

CREATE OR REPLACE MACRO day_of(y, m, d) AS try_cast(y || '-' || m || '-' || d AS DATE);

CREATE OR REPLACE MACRO plausible_day(day, repair) AS CASE
    WHEN day BETWEEN DATE '1990-01-01' AND DATE '2049-12-31' THEN cell(day, NULL, repair) ELSE cell(NULL, 'E-DATE', NULL) END;

-- The year that brings the day nearest to the middle of the month, but no later than `latest`: what has happened
-- cannot lie far beyond the month reported.
CREATE OR REPLACE MACRO nearest_year(m, d, middle, latest) AS list_min(list_filter(list_transform([-1, 0, 1], lambda shift: {
    'away': abs(day_of(year(middle) + shift, m, d) - middle), 'day': day_of(year(middle) + shift, m, d)}),
    lambda candidate: candidate.away <= 366 AND candidate.day <= latest)).day;

CREATE OR REPLACE MACRO read_date(x, middle, latest) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(half(x), '\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*日?\s*([T ]?\d{1,2}:\d{2}(:\d{2})?)?')
        THEN plausible_day(try_cast(regexp_replace(half(x), '^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2}).*$', '\1-\2-\3') AS DATE),
            CASE WHEN half(x) <> x THEN 'R-FULLWIDTH' END)
    WHEN regexp_full_match(x, '\d{5}(\.\d+)?') AND x::DOUBLE BETWEEN 36526 AND 55152
        THEN cell(DATE '1899-12-30' + floor(x::DOUBLE)::INTEGER, NULL, 'R-SERIAL-DATE')
    WHEN regexp_full_match(x, '(19|20)\d{6}') THEN plausible_day(day_of(x[1:4], x[5:6], x[7:8]), NULL)
    WHEN regexp_full_match(folded(x), '\d{1,2}月\d{1,2}[日号]?')
        THEN plausible_day(nearest_year(regexp_extract(folded(x), '^(\d+)', 1), regexp_extract(folded(x), '月(\d+)', 1), middle, latest), 'R-YEAR-ADDED')
    WHEN regexp_full_match(folded(x), '\d{1,2}[-./]\d{1,2}([-./]\d{2,4})?|\d{2}年\d{1,2}月\d{1,2}日?') THEN cell(NULL, 'E-DATE-AMBIGUOUS', NULL)
    ELSE cell(NULL, 'E-DATE', NULL) END;

CREATE OR REPLACE MACRO iso_moment(x) AS try_cast(
    regexp_replace(regexp_replace(half(x), '^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?[\sT]*', '\1-\2-\3 '),
        '(\d{1,2})[时点:](\d{1,2})分?(?::\d{2}|\d{0,2}秒)?\s*$', '\1:\2:00') AS TIMESTAMP);

CREATE OR REPLACE MACRO read_datetime(x) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_matches(lower(x), '[ap]\.?m|[上下]午|晚|凌晨') THEN cell(NULL, 'E-DATETIME', NULL)
    WHEN regexp_full_match(x, '\d{5}\.\d+') AND x::DOUBLE BETWEEN 36526 AND 55152
        THEN cell(TIMESTAMP '1899-12-30' + to_minutes(round(x::DOUBLE * 1440)::BIGINT), NULL, 'R-SERIAL-DATE')
    WHEN regexp_matches(half(x), '\d{1,2}[时点:]\d{1,2}') AND year(iso_moment(x)) BETWEEN 1990 AND 2099 THEN cell(iso_moment(x), NULL, NULL)
    ELSE cell(NULL, 'E-DATETIME', NULL) END;

CREATE OR REPLACE MACRO read_month(x, middle) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(folded(x), '20\d\d\.1') THEN cell(NULL, 'E-DATE-AMBIGUOUS', NULL)
    WHEN regexp_full_match(folded(x), '20\d\d[-./年]?(0?[1-9]|1[0-2])(月|月份)?|20\d\d[-./年](0?[1-9]|1[0-2])[-./月]\d{1,2}日?')
        THEN cell(folded(x)[1:4] || '-' || lpad(regexp_extract(folded(x), '^20\d\d[-./年]?(\d{1,2})', 1), 2, '0'), NULL, NULL)
    WHEN regexp_full_match(folded(x), '(0?[1-9]|1[0-2])月份?')
        THEN cell(strftime(nearest_year(regexp_extract(folded(x), '^(\d+)', 1), '15', middle, middle + 183), '%Y-%m'), NULL, 'R-YEAR-ADDED')
    ELSE cell(NULL, 'E-DATE', NULL) END;

CREATE OR REPLACE MACRO read_year(x) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_matches(folded(x), '^(19|20)\d\d([-./年].*)?$') OR regexp_full_match(x, '(19|20)\d{4}(\d\d)?') THEN cell(folded(x)[1:4]::INTEGER, NULL, NULL)
    ELSE cell(NULL, 'E-INTEGER', NULL) END;

CREATE OR REPLACE MACRO ticked_word(x) AS CASE
    WHEN NOT regexp_matches(x, getvariable('boxes')) THEN x
    WHEN regexp_matches(x, getvariable('tick_before')) THEN regexp_extract(x, getvariable('tick_before'), 1)
    ELSE regexp_extract(x, getvariable('tick_after'), 1) END;

CREATE OR REPLACE MACRO read_choice(x, chosen, marks, failure) AS CASE
    WHEN chosen IS NOT NULL THEN cell(chosen, NULL, NULL)
    WHEN list_contains(marks, lower(x)) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    ELSE cell(NULL, failure, NULL) END;

-- A listed term, or the text as written.
CREATE OR REPLACE MACRO read_open(x, chosen) AS CASE
    WHEN chosen IS NOT NULL THEN cell(chosen, NULL, NULL)
    WHEN read_text(x).v IS NULL OR read_text(x).r IS NOT NULL THEN read_text(x)
    ELSE cell(x, NULL, 'R-REASON-OTHER') END;
