"""Text tables to typed tables by DuckDB SQL generated from the contract: columns, never cells.

Every distinct text of a column is read once: the plain forms by a short expression, what that leaves unread by the
macros of sql/macros.sql. The values are then put where the texts stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.extract.column_texts import UNREADABLE
from pipelines.metadata.contracts import Contract, Field
from pipelines.metadata.items import item_names, items
from pipelines.metadata.persons import masking_sql
from pipelines.metadata.text import traditional
from pipelines.metadata.values import value_rules, vocabulary, written_forms
from pipelines.store.database import connect
from pipelines.store.sql import quoted, sql_text
from pipelines.validate.columns import Column, decoded, encoded
from pipelines.validate.odd_texts import BY_MONTH, is_compared, read_odd

_SQL = Path(__file__).parent / "sql"
_WIDE = "".join(map(chr, range(0xFF01, 0xFF5F)))
_NARROW = "".join(map(chr, range(0x21, 0x7F)))
_WIDE_BLANKS = "\u3000\u00a0"
# With the marks without a width that copying leaves behind: the system's date box puts \u200e before every part.
_BLANKS = f" \t\r\n{_WIDE_BLANKS}\ufeff\u200b\u200c\u200d\u200e\u200f\u2060\u202f"
_KEYS = ("position", "submission_no", "sheet_no", "row_no")
_NOTHING = pa.scalar(None, pa.string())
_PLAIN_CODE = "[A-Za-z0-9][A-Za-z0-9-]{0,8}"
# Eleven digits may be a mobile number, which is no number of anything.
_PLAIN = {
    "int": r"CASE WHEN regexp_full_match({t}, '\d{{1,10}}|\d{{12,15}}') THEN {t}::BIGINT END",
    "number": (
        r"CASE WHEN regexp_full_match({t}, '(\d{{1,10}}|\d{{12,13}})(\.\d{{1,4}})?') THEN {t}::DECIMAL(18, 4) END"
    ),
    "money": r"CASE WHEN regexp_full_match({t}, '(\d{{1,10}}|\d{{12,13}})(\.\d{{1,2}})?') THEN {t}::DECIMAL(18, 2) END",
    "date": r"CASE WHEN regexp_full_match({t}, '(199\d|20[0-4]\d)-\d\d-\d\d') THEN try_cast({t} AS DATE) END",
    "datetime": (
        r"CASE WHEN regexp_full_match({t}, '20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d)?') THEN try_cast({t} AS TIMESTAMP) END"
    ),
    "month": r"CASE WHEN regexp_full_match({t}, '20\d\d-(0[1-9]|1[0-2])') THEN {t} END",
    "year": r"CASE WHEN regexp_full_match({t}, '(19|20)\d\d') THEN {t}::INTEGER END",
    # Masked whole when it is kept: a telephone number in its own column is no mistake.
    "restricted": r"CASE WHEN {t} NOT IN ({marks}) THEN {t} END",
    "text": (
        r"CASE WHEN length({t}) BETWEEN {mark_length} + 1 AND 10 THEN {t} WHEN {t} IN ({marks}) THEN NULL"
        r" WHEN regexp_matches({t}, '{hint}') THEN NULL ELSE {t} END"
    ),
}


def typing_connection() -> duckdb.DuckDBPyConnection:
    """An in-memory connection that knows the readers and the marks of values.yaml."""
    rules = value_rules()
    ticked, empty = "".join(rules["ticked"]), "".join(rules["unticked"])
    word = f"[^{ticked}{empty}]+"
    variables: dict[str, Any] = {
        "wide": _WIDE + _WIDE_BLANKS,
        "narrow": _NARROW + " " * len(_WIDE_BLANKS),
        "wide_and_blanks": _WIDE + _BLANKS,
        "narrow_alone": _NARROW,
        "missing": rules["missing"],
        "missing_answer": rules["missing_answer"],
        "unreadable": UNREADABLE,
        "days_ahead": rules["days_after_middle"]["ahead"],
        "boxes": f"[{ticked}{empty}].*[{ticked}{empty}]",
        "tick_before": f"^(?:[{empty}]{word})*[{ticked}]({word})(?:[{empty}]{word})*$",
        "tick_after": f"^(?:{word}[{empty}])*({word})[{ticked}](?:{word}[{empty}])*$",
    }
    connection = connect(threads=1)
    for name, value in variables.items():
        connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
    for macro, is_code in (("masked_free_text", False), ("masked_code", True)):
        connection.execute(f"CREATE OR REPLACE MACRO {macro}(x) AS {masking_sql('x', is_code=is_code)}")
    for macros in ("macros", "date_macros"):
        connection.execute(sql_text(_SQL, macros))
    connection.register("written", _written_table())
    return connection


def _choice(text: str, forms: dict[str, str]) -> str:
    """CASE from a written form to its canonical value."""
    whens = " ".join(f"WHEN {quoted([form])} THEN '{value}'" for form, value in forms.items())
    return f"CASE {text} {whens} END"


def _plain(field: Field) -> str:
    """Expression over the trimmed text that reads the field's plain forms, NULL for every other."""
    text = f"t.{field.name}"
    if field.form in ("enum", "open", "bool"):
        assert field.vocabulary is not None
        choice = _choice(text, {term.zh: term.value for term in vocabulary(field.vocabulary)})
        return f"({choice})::{field.sql_type}"
    if field.form == "code":
        is_plain = f"regexp_full_match({text}, '{field.pattern or _PLAIN_CODE}') AND NOT starts_with({text}, '0')"
        return f"CASE WHEN {is_plain} THEN lower({text}) END"
    missing = value_rules()["missing"]
    marks = [*missing, *(mark.upper() for mark in missing), UNREADABLE]
    hint = value_rules()["person_number_hint"]
    form = "restricted" if field.form == "text" and field.mask else field.form
    return _PLAIN[form].format(t=text, marks=quoted(marks), mark_length=max(map(len, marks)), hint=hint)


def plain_sql(contract: Contract) -> str:
    """SELECT over table `bare` (text_no, a column of texts a field): the plainly read values, in order of text_no."""
    values = ",\n    ".join(f"{_plain(field)} AS {field.name}" for field in contract.fields)
    return f"SELECT {values}\nFROM bare AS t ORDER BY text_no"


def _as_written(name: str) -> dict[str, str]:
    return {form.lower(): term.value for term in vocabulary(name) for form in (term.zh, *term.synonyms)}


def _written_table() -> pa.Table:
    """Every written form, Simplified and Traditional: (vocabulary, form, value); items under item:<kind>.

    SQL folds less than Python (it keeps Ⅱ where Python has ii), so the forms stand there as written, too.
    """
    forms = {name: _as_written(name) | written_forms(name) for name in value_rules()["vocabularies"]}
    forms |= {f"item:{kind}": item_names(kind) for kind in {item.kind for item in items().values()}}
    rows = {
        (name, variant): value
        for name, entries in forms.items()
        for form, value in entries.items()
        for variant in (traditional(form), form)
    }
    return pa.table(
        {
            "vocabulary": [name for name, _ in rows],
            "form": [form for _, form in rows],
            "value": list(rows.values()),
        }
    )


def _plainly_read(connection: duckdb.DuckDBPyConnection, contract: Contract, records: pa.Table) -> dict[str, Column]:
    """The columns without blanks at the ends of texts, NULL where nothing is left, with what the plain forms say."""
    raw = {field.name: encoded(records[field.name]) for field in contract.fields}
    trimmed = {name: pc.utf8_trim(column.dictionary, _BLANKS) for name, column in raw.items()}
    texts = {name: pc.if_else(pc.equal(column, ""), _NOTHING, column) for name, column in trimmed.items()}
    count = max(map(len, texts.values()))
    filled = {name: pa.concat_arrays([one, pa.nulls(count - len(one), pa.string())]) for name, one in texts.items()}
    connection.register("bare", pa.table({"text_no": pa.array(range(count), pa.int64()), **filled}))
    read = connection.sql(plain_sql(contract)).to_arrow_table()
    return {
        name: Column(one, read[name].combine_chunks().slice(0, len(one)), raw[name].indices)
        for name, one in texts.items()
    }


def _by_month(
    connection: duckdb.DuckDBPyConnection, contract: Contract, columns: Mapping[str, Column], numbers: pa.Array
) -> dict[str, Column]:
    """The columns, those by month whose unread texts cannot be read without it."""
    names = [field.name for field in contract.fields if field.form in BY_MONTH and len(columns[field.name].unread())]
    if not names:
        return dict(columns)
    known = connection.sql("SELECT submission_no, middle FROM submission").to_arrow_table().combine_chunks()
    months = pc.index_in(numbers, value_set=known["submission_no"].combine_chunks())
    middles = known["middle"].combine_chunks().take(months).dictionary_encode()
    return {**columns, **{name: columns[name].by_month(middles) for name in names}}


def _item_columns(
    connection: duckdb.DuckDBPyConnection, contract: Contract, columns: Mapping[str, pa.Array]
) -> dict[str, pa.Array]:
    """item_id and item_key of an item sheet; none of any other.

    An item is known by its words, by its code where there are none. Rows of one item_key answer the same question.
    """
    if contract.item_kind is None:
        return {}
    by_words, by_code = (
        _items_named(connection, contract.item_kind, columns[name]) for name in ("item_name", "item_code")
    )
    item_id = pc.if_else(pc.is_null(columns["item_name"]), by_code, by_words)
    whose = [decoded(columns[field.name]) for field in contract.fields if field.name in ("body", "township")]
    key = pc.binary_join_element_wise(*whose, item_id, "\x1f", null_handling="replace") if whose else item_id
    return {"item_id": item_id, "item_key": key}


def _items_named(connection: duckdb.DuckDBPyConnection, kind: str, texts: pa.Array) -> pa.Array:
    """The item that each text names, NULL where it names none; every distinct text is looked up once."""
    named = texts.dictionary_encode()
    places = pa.array(range(len(named.dictionary)), pa.int64())
    connection.register("named", pa.table({"place": places, "text": named.dictionary}))
    found = connection.sql(sql_text(_SQL, "items_named"), params={"items": f"item:{kind}"}).to_arrow_table()
    return found["value"].combine_chunks().take(named.indices)


def read_cells(connection: duckdb.DuckDBPyConnection, contract: Contract, records: pa.Table) -> pa.Table:
    """Type one text table. Rows keep their order.

    Needs table `submission` (submission_no, middle). Leaves tables `raw` (the texts), `cells` (keys and label of the
    rows) and `odd` (every cell of which something is to be told, see odd_texts.py) for the findings.
    Returns position, submission_no, sheet_no, row_no, a typed column a field, item_id where there are items.
    """
    raw = records.append_column("position", pa.array(range(records.num_rows), pa.int64()))
    connection.register("raw", raw)
    keys = {name: raw[name].combine_chunks() for name in _KEYS}
    columns = _by_month(connection, contract, _plainly_read(connection, contract, records), keys["submission_no"])
    labels = columns["item_name"].labels if contract.item_kind else pa.nulls(records.num_rows, pa.string())
    codes = {field.name: columns[field.name].rows for field in contract.fields if is_compared(field)}
    connection.register("cells", pa.table({**keys, "row_label": labels, **codes}))
    values = read_odd(connection, contract, columns)
    return pa.table({**keys, **values, **_item_columns(connection, contract, values)})
