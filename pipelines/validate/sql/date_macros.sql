-- How an odd text becomes a day, a moment or a month. As in macros.sql; what a reader needs is worked out in steps,
-- since a macro copies its arguments wherever it names them. Variable: days_ahead.
CREATE OR REPLACE MACRO day_of(y, m, d) AS try_cast(y || '-' || m || '-' || d AS DATE);

CREATE OR REPLACE MACRO is_plausible(day) AS day BETWEEN DATE '1990-01-01' AND DATE '2049-12-31';

CREATE OR REPLACE MACRO plausible_day(day, repair) AS CASE
    WHEN is_plausible(day) THEN cell(day, NULL, repair) ELSE cell(NULL, 'E-DATE', NULL) END;

CREATE OR REPLACE MACRO up_to(latest, day) AS CASE WHEN day <= latest THEN day END;

-- The year that brings the day nearest to the middle of the month, but no later than `latest`: what has happened
-- cannot lie far beyond the month reported.
CREATE OR REPLACE MACRO nearest_year(m, d, middle, latest) AS list_min(list_filter(list_transform([-1, 0, 1], lambda shift: {
    'away': abs(day_of(year(middle) + shift, m, d) - middle), 'day': day_of(year(middle) + shift, m, d)}),
    lambda candidate: candidate.away <= 366 AND candidate.day <= latest)).day;

-- A date in Chinese numerals, with Arabic ones; any other text as it is.
CREATE OR REPLACE MACRO western(x) AS CASE
    WHEN regexp_full_match(folded(x), '([〇○零一二三四五六七八九]{4}年)?[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}[日号]')
        THEN replace(regexp_replace(regexp_replace(regexp_replace(translate(folded(x), '〇○零一二三四五六七八九', '000123456789'),
            '(\d)十(\d)', '\1\2', 'g'), '(\d)十', '\10', 'g'), '十(\d)', '1\1', 'g'), '十', '10')
    ELSE x END;

-- The days that digits alone may mean: day and month in either order, a year of two digits at either end, a number
-- that lost its last zero (10.20 is kept as 10.2).
CREATE OR REPLACE MACRO candidate_days(f, y, middle, latest) AS list_sort(list_distinct(list_filter(CASE
    WHEN regexp_full_match(y, '\d{1,2}-\d{1,2}-\d{4}') THEN [
        day_of(split_part(y, '-', 3), split_part(y, '-', 1), split_part(y, '-', 2)),
        day_of(split_part(y, '-', 3), split_part(y, '-', 2), split_part(y, '-', 1))]
    WHEN regexp_full_match(y, '\d{2}-\d{1,2}-\d{1,2}|\d{1,2}-\d{1,2}-\d{2}') THEN [
        CASE WHEN length(split_part(y, '-', 1)) = 2 THEN day_of('20' || split_part(y, '-', 1), split_part(y, '-', 2), split_part(y, '-', 3)) END,
        CASE WHEN length(split_part(y, '-', 3)) = 2 THEN up_to(latest, day_of('20' || split_part(y, '-', 3), split_part(y, '-', 1), split_part(y, '-', 2))) END,
        CASE WHEN length(split_part(y, '-', 3)) = 2 THEN up_to(latest, day_of('20' || split_part(y, '-', 3), split_part(y, '-', 2), split_part(y, '-', 1))) END]
    WHEN regexp_full_match(y, '\d{1,2}-\d{1,2}') THEN [
        nearest_year(split_part(y, '-', 1), split_part(y, '-', 2), middle, latest),
        nearest_year(split_part(y, '-', 2), split_part(y, '-', 1), middle, latest),
        CASE WHEN regexp_matches(f, '\.[123]$') THEN nearest_year(split_part(y, '-', 1), split_part(y, '-', 2) || '0', middle, latest) END]
    ELSE [] END, lambda day: is_plausible(day))));

-- The two ends of a span of days, as written; NULL for every other text.
CREATE OR REPLACE MACRO span_ends(y) AS CASE
    WHEN regexp_full_match(y, '(\d{4}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?(至|到|~|—+|–|-)((\d{4}[-./年])?\d{1,2}[-./月])?\d{1,2}[日号]?')
        THEN regexp_replace(y, '^((?:\d{4}[-./年])?\d{1,2}[-./月]\d{1,2}[日号]?)(?:至|到|~|—+|–|-)(.+)$', '\1、\2') END;

-- `days` are the candidates of x; `is_turned` tells that x was written in Chinese numerals.
CREATE OR REPLACE MACRO read_date(x, days, middle, latest, is_turned) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(half(x), '\d{4}\s*[-./年]\s*\d{1,2}\s*[-./月]\s*\d{1,2}\s*[日号]?\s*(\(?(星期|周)[一二三四五六日天]\)?)?\s*([上下]午|晚上?)?([T ]?\d{1,2}:\d{2}(:\d{2})?)?')
        THEN plausible_day(try_cast(regexp_replace(half(x), '^(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2}).*$', '\1-\2-\3') AS DATE),
            CASE WHEN is_turned THEN 'R-CHINESE-DIGITS' WHEN half(x) <> x THEN 'R-FULLWIDTH' END)
    WHEN regexp_full_match(x, '\d{5}(\.\d+)?') AND x::DOUBLE BETWEEN 36526 AND 55152
        THEN cell(DATE '1899-12-30' + floor(x::DOUBLE)::INTEGER, NULL, 'R-SERIAL-DATE')
    WHEN regexp_full_match(x, '(19|20)\d{6}') THEN plausible_day(day_of(x[1:4], x[5:6], x[7:8]), NULL)
    WHEN regexp_full_match(folded(x), '\d{1,2}月\d{1,2}[日号]?(\(?(星期|周)[一二三四五六日天]\)?)?')
        THEN plausible_day(nearest_year(regexp_extract(folded(x), '^(\d+)', 1), regexp_extract(folded(x), '月(\d+)', 1), middle, latest), 'R-YEAR-ADDED')
    WHEN regexp_full_match(folded(x), '\d{2}年\d{1,2}月\d{1,2}[日号]?')
        THEN plausible_day(day_of(CASE WHEN x < '5' THEN '20' ELSE '19' END || folded(x)[1:2], regexp_extract(folded(x), '年(\d+)', 1),
            regexp_extract(folded(x), '月(\d+)', 1)), 'R-YEAR-ADDED')
    WHEN len(days) = 1 AND NOT regexp_full_match(folded(x), '\d+-\d+') THEN cell(days[1], NULL, CASE WHEN regexp_full_match(folded(x), '\d+[./]\d+') THEN 'R-YEAR-ADDED' ELSE 'R-DATE-READ' END)
    WHEN len(days) > 0 THEN doubt('E-DATE-AMBIGUOUS', array_to_string(days, '、'))
    WHEN span_ends(folded(x)) IS NOT NULL THEN doubt('E-DATE-AMBIGUOUS', span_ends(folded(x)))
    ELSE cell(NULL, 'E-DATE', NULL) END;

-- What stands before the time of day, and the time as [half-day, hour, minute, am or pm]; the list is empty where no time is.
CREATE OR REPLACE MACRO clock_pattern() AS '\s*(上午|早上|早晨|清晨|凌晨|中午|下午|傍晚|晚上|晚|夜间|夜里)?\s*(\d{1,2})\s*[时点:]\s*(半|\d{1,2})\s*分?\s*(?::\d{1,2}(?:\.\d+)?|\d{1,2}秒)?\s*([aApP][.]?[mM]\.?)?\s*$';

CREATE OR REPLACE MACRO day_part(x) AS regexp_replace(regexp_replace(half(x), clock_pattern(), ''), 'T$', '');

CREATE OR REPLACE MACRO clock_part(x) AS CASE
    WHEN regexp_matches(half(x), clock_pattern())
        THEN string_split(regexp_replace(regexp_extract(half(x), clock_pattern()), clock_pattern(), '\1|\2|\3|\4'), '|')
    ELSE [] END;

-- The hour of the day, 0 to 23; NULL where the words and the number do not go together for certain.
CREATE OR REPLACE MACRO hour_of(word, hour, half_day) AS CASE
    WHEN hour > 23 OR (half_day <> '' AND (word <> '' OR hour = 0)) THEN NULL
    WHEN half_day[1:1] IN ('p', 'P') THEN hour + CASE WHEN hour < 12 THEN 12 ELSE 0 END
    WHEN half_day <> '' THEN CASE WHEN hour < 12 THEN hour WHEN hour = 12 THEN 0 END
    WHEN word = '' THEN hour
    WHEN word IN ('上午', '早上', '早晨', '清晨', '凌晨') THEN CASE WHEN hour < 12 THEN hour END
    WHEN word = '中午' THEN CASE WHEN hour IN (11, 12, 13) THEN hour WHEN hour = 1 THEN 13 END
    WHEN word IN ('下午', '傍晚') THEN CASE WHEN hour BETWEEN 1 AND 11 THEN hour + 12 WHEN hour BETWEEN 12 AND 19 THEN hour END
    WHEN hour BETWEEN 5 AND 11 THEN hour + 12
    WHEN hour >= 17 THEN hour END;

CREATE OR REPLACE MACRO minute_of(part) AS CASE WHEN part = '半' THEN 30 ELSE try_cast(part AS INTEGER) END;

-- `day` is what read_date made of the text before the time of day, `hour` and `minute` are numbers.
CREATE OR REPLACE MACRO read_datetime(x, day, hour, minute, has_words) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(x, '\d{5}\.\d+') AND x::DOUBLE BETWEEN 36526 AND 55152
        THEN cell(TIMESTAMP '1899-12-30' + to_minutes(round(x::DOUBLE * 1440)::BIGINT), NULL, 'R-SERIAL-DATE')
    WHEN hour IS NOT NULL AND day.e = 'E-DATE-AMBIGUOUS' THEN doubt(day.e, day.d)
    WHEN hour IS NULL OR minute > 59 OR day.v IS NULL THEN cell(NULL, 'E-DATETIME', NULL)
    ELSE cell(day.v::TIMESTAMP + to_hours(hour) + to_minutes(minute), NULL,
        coalesce(nullif(day.r, 'R-FULLWIDTH'), CASE WHEN has_words THEN 'R-CLOCK' END)) END;

CREATE OR REPLACE MACRO read_month(x, middle) AS CASE
    WHEN is_missing(x) THEN cell(NULL, NULL, NULL)
    WHEN is_unreadable(x) THEN cell(NULL, 'UNREADABLE', NULL)
    WHEN regexp_full_match(folded(x), '20\d\d\.1') THEN doubt('E-DATE-AMBIGUOUS', folded(x)[1:4] || '-01、' || folded(x)[1:4] || '-10')
    WHEN regexp_full_match(folded(x), '20\d\d[-./年]?(0?[1-9]|1[0-2])(月|月份)?|20\d\d[-./年](0?[1-9]|1[0-2])[-./月]\d{1,2}日?')
        THEN cell(folded(x)[1:4] || '-' || lpad(regexp_extract(folded(x), '^20\d\d[-./年]?(\d{1,2})', 1), 2, '0'), NULL, NULL)
    WHEN regexp_full_match(folded(x), '(0?[1-9]|1[0-2])月份?')
        THEN cell(strftime(nearest_year(regexp_extract(folded(x), '^(\d+)', 1), '15', middle, middle + getvariable('days_ahead')), '%Y-%m'), NULL, 'R-YEAR-ADDED')
    ELSE cell(NULL, 'E-DATE', NULL) END;
