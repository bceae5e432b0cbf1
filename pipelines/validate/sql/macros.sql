-- How an odd text becomes a typed value: everything but the plain forms that typing.py reads itself.
-- Every reader returns {v: value, e: finding code, r: repair code, d: readings}; v is NULL where the text says that
-- the value is missing or cannot be read (then e says why, d between which readings). Texts are trimmed, not blank.
-- Days and moments: date_macros.sql.
-- Variables: missing, missing_answer (marks of a missing value), unreadable (mark).
-- Macros masked_free_text and masked_code come from metadata/persons.py.
CREATE OR REPLACE MACRO half(x) AS translate(x, getvariable('wide'), getvariable('narrow'));

-- Half-width, without blanks: what `translate` finds no counterpart for, it leaves out.
CREATE OR REPLACE MACRO folded(x) AS lower(translate(x, getvariable('wide_and_blanks'), getvariable('narrow_alone')));

CREATE OR REPLACE MACRO is_missing(x) AS list_contains(getvariable('missing'), lower(x));

CREATE OR REPLACE MACRO is_unreadable(x) AS x = getvariable('unreadable');

CREATE OR REPLACE MACRO cell(value, failure, repair) AS {'v': value, 'e': failure, 'r': repair, 'd': NULL::VARCHAR};

CREATE OR REPLACE MACRO doubt(failure, readings) AS {'v': NULL, 'e': failure, 'r': NULL, 'd': readings};

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
    WHEN pattern IS NULL AND regexp_full_match(folded(x), '0+[1-9]\d*') THEN cell(ltrim(folded(x), '0'), NULL, 'R-CODE-ZEROS')
    ELSE cell(folded(x), NULL, CASE WHEN half(x) <> x THEN 'R-FULLWIDTH' END) END;

CREATE OR REPLACE MACRO unit_free(y, units) AS regexp_replace(
    CASE WHEN regexp_full_match(y, '[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?[^\d,]*') THEN replace(y, ',', '') ELSE y END, units, '');

-- What a number that is not certain may be: a range, a decimal comma, a number thereabouts; NULL where it is no such text.
CREATE OR REPLACE MACRO number_readings(y) AS CASE
    WHEN regexp_full_match(y, '\d+(\.\d+)?\D{0,2}[-~—–至到]\d+(\.\d+)?\D{0,2}')
        THEN regexp_replace(y, '^(\d+(?:\.\d+)?)\D+(\d+(?:\.\d+)?)\D*$', '\1、\2')
    WHEN regexp_full_match(y, '\d+,\d+\D{0,2}') THEN regexp_replace(y, '^(\d+),(\d+)\D*$', '\1.\2、\1\2')
    WHEN regexp_full_match(y, '(约|大约|近|将近)\d+(\.\d+)?\D{0,2}|\d+(\.\d+)?[余多]\D{0,2}|\d+(\.\d+)?\D{0,2}(左右|上下|以上|以下|以内)')
        THEN regexp_extract(y, '\d+(\.\d+)?') || '左右' END;

CREATE OR REPLACE MACRO number_of(x, y, z, scale, failure) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN contains(y, '%') THEN cell(NULL, 'E-PERCENT', NULL)
    WHEN masked_code(half(x)) <> half(x) THEN cell(NULL, failure, NULL)
    WHEN regexp_matches(half(x), '\d\s+\d') THEN cell(NULL, failure, NULL)
    WHEN NOT regexp_full_match(z, '[+-]?\d{1,13}(\.\d{1,4}0*)?')
        THEN doubt(CASE WHEN number_readings(y) IS NULL THEN failure ELSE 'E-NUMBER-AMBIGUOUS' END, number_readings(y))
    WHEN scale <> 1 AND NOT regexp_full_match(z, '[+-]?\d{1,9}(\.\d+)?') THEN cell(NULL, failure, NULL)
    ELSE cell((z::DECIMAL(38, 4) * scale)::DECIMAL(18, 4), NULL,
        CASE WHEN z <> y OR scale <> 1 THEN 'R-UNIT' WHEN half(x) <> x THEN 'R-FULLWIDTH' END) END;

-- `y` is x folded, `z` that without its unit.
CREATE OR REPLACE MACRO read_number(x, y, z) AS number_of(x, y, z, 1, 'E-NUMBER');

CREATE OR REPLACE MACRO whole(n) AS CASE
    WHEN n.v <> floor(n.v) THEN cell(NULL, 'E-INTEGER', NULL)
    ELSE {'v': n.v::BIGINT, 'e': n.e, 'r': n.r, 'd': n.d} END;

CREATE OR REPLACE MACRO money_of(x, y, z) AS CASE
    WHEN regexp_matches(x, '\d[千百]元?$') THEN cell(NULL, 'E-NUMBER', NULL)
    WHEN regexp_matches(y, '\d万元?$') THEN number_of(x, y, regexp_replace(y, '万元?$', ''), 10000, 'E-NUMBER')
    ELSE number_of(x, y, z, 1, 'E-NUMBER') END;

-- An amount of money: no parts of a fen.
CREATE OR REPLACE MACRO whole_fen(n) AS CASE
    WHEN n.v <> round(n.v, 2) THEN doubt('E-NUMBER-AMBIGUOUS', round(n.v, 2)::DECIMAL(18, 2)::VARCHAR || '左右')
    ELSE {'v': n.v, 'e': n.e, 'r': n.r, 'd': n.d} END;

CREATE OR REPLACE MACRO read_year(x) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_matches(folded(x), '^(19|20)\d\d([-./年].*)?$') OR regexp_full_match(x, '(19|20)\d{4}(\d\d)?') THEN cell(folded(x)[1:4]::INTEGER, NULL, NULL)
    ELSE cell(NULL, 'E-YEAR', NULL) END;

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
