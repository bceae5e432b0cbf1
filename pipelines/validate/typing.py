"""Text tables to typed tables by DuckDB SQL generated from the contract: columns, never cells.

The plain forms are read by a short expression a column. What that leaves unread is gathered as distinct texts,
read once each by the macros of sql/macros.sql, and put back.
"""

from __future__ import annotations

from collections.abc import Collection
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
from pipelines.store.sql import sql_text
from pipelines.validate.odd_texts import quoted, read_odd

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
    connection = connect()
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
    """SELECT over table `bare`: keys, the plainly read value a field, and `<field>__odd` with what was not read."""
    keys = ", ".join(_KEYS)
    names = [field.name for field in contract.fields]
    values = ",\n    ".join(
        f"t.{field.name} AS {field.name}__text, {_plain(field)} AS {field.name}" for field in contract.fields
    )
    odd = ",\n    ".join(f"{name}, CASE WHEN {name} IS NULL THEN {name}__text END AS {name}__odd" for name in names)
    label = "item_name__text" if contract.item_kind else "NULL::VARCHAR"
    return f"""WITH v AS (SELECT {keys},
    {values}
FROM bare AS t)
SELECT {keys}, {label} AS row_label,
    {odd}
FROM v"""


def _item_columns(contract: Contract) -> tuple[str, str, str]:
    """(table, columns, joins) that add item_id and item_key to an item sheet; empty for every other.

    An item is known by its words, by its code where there are none. Rows of one item_key answer the same question.
    Every text is looked up once.
    """
    if contract.item_kind is None:
        return "", "", ""
    table = f""",
item AS (
    SELECT text, value
    FROM (SELECT item_name AS text FROM joined UNION SELECT item_code FROM joined)
    JOIN written ON vocabulary = 'item:{contract.item_kind}' AND form = folded(text)
)"""
    whose = "".join(f"{field.name}, " for field in contract.fields if field.name in ("body", "township"))
    item = "CASE WHEN item_name IS NULL THEN by_code.value ELSE by_words.value END"
    columns = f", {item} AS item_id, {f'concat_ws(chr(31), {whose}item_id)' if whose else 'item_id'} AS item_key"
    joins = "".join(
        f"\nLEFT JOIN item AS {alias} ON {alias}.text = {column}"
        for alias, column in (("by_words", "item_name"), ("by_code", "item_code"))
    )
    return table, columns, joins


def typed_sql(contract: Contract, odd_fields: Collection[str]) -> str:
    """SELECT of the typed rows: plain values, with those of the odd cells put in their place."""
    pivot = "".join(f", max(v) FILTER (field = '{name}') AS {name}" for name in odd_fields)
    fields = ", ".join(
        f"coalesce(cells.{field.name}, turned.{field.name}::{field.sql_type}) AS {field.name}"
        if field.name in odd_fields
        else f"cells.{field.name}"
        for field in contract.fields
    )
    table, columns, joins = _item_columns(contract)
    return f"""WITH turned AS (SELECT position{pivot} FROM odd GROUP BY position),
joined AS (
    SELECT cells.position, submission_no, sheet_no, row_no, {fields} FROM cells LEFT JOIN turned USING (position)
){table}
SELECT joined.*{columns} FROM joined{joins} ORDER BY position"""


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


def _bare(texts: pa.ChunkedArray) -> pa.Array:
    """The texts without blanks at their ends, NULL where nothing is left; each distinct text is looked at once."""
    encoded = texts.combine_chunks().dictionary_encode()
    trimmed = pc.utf8_trim(encoded.dictionary, _BLANKS)
    return pc.if_else(pc.equal(trimmed, ""), _NOTHING, trimmed).take(encoded.indices)


def read_cells(connection: duckdb.DuckDBPyConnection, contract: Contract, records: pa.Table) -> pa.Table:
    """Type one text table. Rows keep their order.

    Needs table `submission` (submission_no, middle). Leaves tables `raw` (the texts), `cells` (plain values and odd
    texts) and `odd` (every cell that was read by the macros, see odd_texts.py) for the findings.
    Returns position, submission_no, sheet_no, row_no, a typed column a field, item_id where there are items.
    """
    positions = pa.array(range(records.num_rows), pa.int64())
    raw = records.append_column("position", positions)
    connection.register("raw", raw)
    bare = {field.name: _bare(records[field.name]) for field in contract.fields}
    connection.register("bare", pa.table({**{name: raw[name] for name in _KEYS}, **bare}))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE cells AS {plain_sql(contract)}")
    odd = read_odd(connection, contract)
    typed: pa.Table = connection.sql(typed_sql(contract, [field.name for field in odd])).to_arrow_table()
    return typed
