"""What the plain forms of typing.py left unread, read once a distinct text by the macros of sql/.

Table `odd` has a row for each such cell of which something is to be told: position, field, text, v (the value as text),
e (code of the finding), r (code of the repair), d (the readings between which e cannot decide).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.metadata.contracts import Contract, Field
from pipelines.metadata.values import value_rules
from pipelines.store.sql import quoted
from pipelines.validate.columns import Column, decoded, put

# Forms whose odd texts say something else in another month.
BY_MONTH = ("date", "datetime", "month")
_TABLE = """CREATE OR REPLACE TEMP TABLE {} (
    {} BIGINT, field VARCHAR, text VARCHAR, v VARCHAR, e VARCHAR, r VARCHAR, d VARCHAR
)"""
_ODD, _ANSWERS = _TABLE.format("odd", "position"), _TABLE.format("answers", "text_no")
_ODD_SCHEMA = pa.schema([("position", pa.int64()), *((name, pa.string()) for name in ("field", "text", *"verd"))])
_UNREAD_SCHEMA = pa.schema(
    [("field", pa.string()), ("text_no", pa.int64()), ("text", pa.string()), ("middle", pa.date32())]
)
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


def is_compared(field: Field) -> bool:
    """Whether the field's cells are read with a view to each other: codes that may have lost their zeros."""
    return field.form == "code" and field.pattern is None


def read_odd(
    connection: duckdb.DuckDBPyConnection, contract: Contract, columns: Mapping[str, Column]
) -> dict[str, pa.Array]:
    """The value of each row of every field, those of its unread texts included. Fills table `odd`.

    Needs table `cells` with the keys, and with the values read so far of the fields that are compared.
    """
    connection.execute(_ODD)
    unread = {name: places for name, column in columns.items() if len(places := column.unread())}
    odd = [field for field in contract.fields if field.name in unread]
    if not odd:
        return {name: column.rows for name, column in columns.items()}
    connection.register("unread", pa.concat_tables(_told(name, columns[name], unread[name]) for name in unread))
    connection.execute(_ANSWERS)
    for alike in _grouped(odd):
        _read_alike(connection, alike)
    values = ", ".join(f"(max(v) FILTER (field = '{one.name}'))::{one.sql_type} AS {one.name}" for one in odd)
    read = connection.sql(f"SELECT text_no, {values} FROM answers GROUP BY text_no ORDER BY text_no").to_arrow_table()
    places = read["text_no"].combine_chunks()
    mended = {name: columns[name].with_values(places, read[name].combine_chunks()) for name in unread}
    rows = {name: column.rows for name, column in {**columns, **mended}.items()}
    connection.register("odd_cells", _odd_cells(connection, columns, odd))
    connection.execute("INSERT INTO odd SELECT * FROM odd_cells")
    return rows | {field.name: _compared(connection, field, columns[field.name]) for field in odd if is_compared(field)}


def _told(name: str, column: Column, places: pa.Array) -> pa.Table:
    middles = pa.nulls(len(places), pa.date32()) if column.middles is None else column.middles.take(places)
    return pa.table([[name] * len(places), places, column.texts.take(places), middles], schema=_UNREAD_SCHEMA)


def _odd_cells(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Column], fields: Iterable[Field]
) -> pa.Table:
    """The answers of which something is to be told, or which are compared, one row for each cell of their text."""
    compared = [field.name for field in fields if is_compared(field)]
    answers = connection.sql(
        "FROM answers WHERE e IS NOT NULL OR r IS NOT NULL OR list_contains($compared, field)",
        params={"compared": compared},
    ).to_arrow_table()
    parts = [_ODD_SCHEMA.empty_table()]
    for name in answers["field"].unique().to_pylist():
        own = answers.filter(pc.equal(answers["field"], name)).combine_chunks()
        rows, which = columns[name].cells(own["text_no"].combine_chunks())
        told = own.drop_columns(["text_no"]).take(which)
        parts.append(told.add_column(0, _ODD_SCHEMA.field("position"), rows.cast(pa.int64())))
    return pa.concat_tables(parts)


def _compared(connection: duckdb.DuckDBPyConnection, field: Field, column: Column) -> pa.Array:
    """The rows of codes: one that has its zeros back is doubtful where the sheet holds its twin without them."""
    connection.execute(_TWINS.format(field=field.name))
    read = connection.sql(
        "SELECT position, v FROM odd WHERE field = $name ORDER BY position", params={"name": field.name}
    ).to_arrow_table()
    return put(decoded(column.rows), read["position"].combine_chunks(), read["v"].combine_chunks())


def _grouped(fields: Iterable[Field]) -> list[list[Field]]:
    """Fields that one reader reads, together."""
    groups: dict[tuple[str, str, str | None], list[Field]] = {}
    for field in fields:
        groups.setdefault((_reader(field), _steps(field), field.vocabulary), []).append(field)
    return list(groups.values())


def _read_alike(connection: duckdb.DuckDBPyConnection, fields: Sequence[Field]) -> None:
    """Add the odd cells of fields that one reader reads."""
    names = quoted(field.name for field in fields)
    vocabulary_name = fields[0].vocabulary or ""
    connection.execute(f"""
        INSERT INTO answers
        WITH texts AS (FROM unread WHERE field IN ({names})),
        {_steps(fields[0])},
        answered AS (
            SELECT field, text_no, text, {_reader(fields[0])} AS c
            FROM ready LEFT JOIN written ON vocabulary = '{vocabulary_name}' AND form = ticked_word(folded(text))
        )
        SELECT text_no, field, text, c.v::VARCHAR, c.e, c.r, c.d FROM answered""")


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
