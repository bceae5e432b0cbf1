"""Table `odd`: what the plain forms of typing.py left unread, read once a distinct text by the macros of sql/.

One row per cell: position, field, text, v (the value as text), e (code of the finding), r (code of the repair),
d (the readings between which e cannot decide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import duckdb

from pipelines.metadata.contracts import Contract, Field
from pipelines.metadata.values import value_rules

_ODD = """CREATE OR REPLACE TEMP TABLE odd (
    position BIGINT, field VARCHAR, text VARCHAR, v VARCHAR, e VARCHAR, r VARCHAR, d VARCHAR
)"""
_DAY_STEPS = """
    folds AS (SELECT *, folded(t) AS f FROM turned),
    options AS (
        SELECT *, candidate_days(f, translate(f, './', '--'), middle, middle + {ahead}) AS days FROM folds
    )"""
_FOLDED = """
    folds AS (SELECT *, folded(text) AS y FROM texts),
    bare AS (SELECT *, unit_free(y, {units}) AS z FROM folds)"""
_STEPS = {
    "int": f"""{_FOLDED},
    ready AS (SELECT *, number_of(text, y, z, 1, 'E-INTEGER') AS n FROM bare)""",
    "number": f"""{_FOLDED},
    ready AS (SELECT * FROM bare)""",
    "money": f"""{_FOLDED},
    ready AS (SELECT *, money_of(text, y, z) AS n FROM bare)""",
    "date": f"""
    turned AS (SELECT *, western(text) AS t FROM texts),{_DAY_STEPS},
    ready AS (SELECT * FROM options)""",
    "datetime": f"""
    turned AS (SELECT *, day_part(text) AS t, clock_part(text) AS clock FROM texts),{_DAY_STEPS},
    ready AS (
        SELECT *,
            read_date(t, days, middle, middle + {{ahead}}, false) AS day,
            hour_of(clock[1], try_cast(clock[2] AS INTEGER), clock[4]) AS hour,
            minute_of(clock[3]) AS minute,
            concat(clock[1], clock[4]) <> '' AS has_words
        FROM options
    )""",
}
_TWINS = """UPDATE odd SET v = folded(text), r = 'Q-CODE-ZEROS'
WHERE field = '{field}' AND r = 'R-CODE-ZEROS' AND EXISTS (
    SELECT 1
    FROM cells AS own
    JOIN cells AS other USING (submission_no, sheet_no)
    LEFT JOIN odd AS twin ON twin.position = other.position AND twin.field = odd.field
    WHERE own.position = odd.position
        AND (other.{field} = odd.v OR (ltrim(folded(twin.text), '0') = odd.v AND folded(twin.text) <> folded(odd.text)))
)"""


def quoted(texts: Iterable[str]) -> str:
    """The texts as a list of SQL literals, each once."""
    return ", ".join("'" + text.replace("'", "''") + "'" for text in sorted(set(texts)))


def read_odd(connection: duckdb.DuckDBPyConnection, contract: Contract) -> list[Field]:
    """Fill table `odd` from the columns <field>__odd of table `cells`; returns the fields that have any."""
    connection.execute(_ODD)
    counts = ", ".join(f"count({field.name}__odd)" for field in contract.fields)
    counted = connection.sql(f"SELECT {counts} FROM cells").fetchall()[0]
    odd = [field for field, count in zip(contract.fields, counted, strict=True) if count]
    for alike in _grouped(odd):
        _read_alike(connection, alike)
    for field in odd:
        if field.form == "code" and field.pattern is None:
            connection.execute(_TWINS.format(field=field.name))
    return odd


def _grouped(fields: Iterable[Field]) -> list[list[Field]]:
    """Fields that one reader reads, together."""
    groups: dict[tuple[str, str, str | None], list[Field]] = {}
    for field in fields:
        groups.setdefault((_reader(field), _steps(field), field.vocabulary), []).append(field)
    return list(groups.values())


def _read_alike(connection: duckdb.DuckDBPyConnection, fields: Sequence[Field]) -> None:
    """Add the odd cells of fields that one reader reads."""
    columns = ", ".join(f"{field.name}__odd AS {field.name}" for field in fields)
    names = ", ".join(field.name for field in fields)
    vocabulary_name = fields[0].vocabulary or ""
    connection.execute(f"""
        INSERT INTO odd
        WITH left_over AS (
            UNPIVOT (SELECT position, submission_no, {columns} FROM cells) ON {names} INTO NAME field VALUE text
        ),
        texts AS (SELECT DISTINCT text, middle FROM left_over JOIN submission USING (submission_no)),
        {_steps(fields[0])},
        answers AS (
            SELECT text, middle, {_reader(fields[0])} AS c
            FROM ready LEFT JOIN written ON vocabulary = '{vocabulary_name}' AND form = ticked_word(folded(text))
        )
        SELECT position, field, text, c.v::VARCHAR, c.e, c.r, c.d
        FROM left_over JOIN submission USING (submission_no) JOIN answers USING (text, middle)""")


def _steps(field: Field) -> str:
    """What is worked out of the texts before they are read: CTEs from `texts` to `ready`."""
    units = quoted([_unit_pattern(field)]) if field.form in ("int", "number", "money") else ""
    return _STEPS.get(field.form, "ready AS (SELECT * FROM texts)").format(ahead=_days_ahead(field), units=units)


def _days_ahead(field: Field) -> int:
    """How far beyond the middle of the month a day in this field may lie."""
    days: dict[str, int] = value_rules()["days_after_middle"]
    return days["ahead" if field.looks_ahead else "happened"]


def _reader(field: Field) -> str:
    """Macro call that reads an odd text of column `text`, with `middle` the middle of the submission's month."""
    if field.form in ("enum", "bool"):
        failure = "E-BOOLEAN" if field.form == "bool" else "E-ENUM"
        return f"read_choice(text, written.value, {_marks(field)}, '{failure}')"
    if field.form == "open":
        return "read_open(text, written.value)"
    if field.form == "code":
        return f"read_code(text, {quoted([field.pattern]) if field.pattern else 'NULL'})"
    if field.form == "date":
        return f"read_date(t, days, middle, middle + {_days_ahead(field)}, t <> text)"
    if field.form == "datetime":
        return "read_datetime(text, day, hour, minute, has_words)"
    if field.form == "int":
        return "whole(n)"
    if field.form == "money":
        return "whole_fen(n)"
    if field.form == "number":
        return "read_number(text, y, z)"
    return f"read_{field.form}(text, middle)" if field.form == "month" else f"read_{field.form}(text)"


def _unit_pattern(field: Field) -> str:
    """Regular expression of what may stand behind the field's numbers: the words of its measure, or any counter."""
    rules = value_rules()
    words = rules["measure_units"].get(field.unit, rules["units"])
    return "(?:" + "|".join(sorted(map(re.escape, words), key=len, reverse=True)) + ")$"


def _marks(field: Field) -> str:
    answers = field.form == "bool" or field.vocabulary == "answer"
    return f"getvariable('{'missing_answer' if answers else 'missing'}')"
