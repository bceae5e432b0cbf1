"""Queries answered by the explanations that came with them: one way for a run, for the cross-checks and for a check.

An explanation answers the queries of its own submission that it names by code and by place: the sheet under the name
that it bears in the file or by which the contract knows it, and the row as the file counts rows. Only queries can be
answered, and only where the text says which are meant; what an explanation could not be used for, it is told.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipelines.extract.headings import names_contract
from pipelines.metadata.contracts import EXPLANATIONS, contract, contracts
from pipelines.metadata.crosschecks import cross_checks
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules, vocabulary
from pipelines.store.sql import sql_text
from pipelines.validate.wording import WORDED, worded

_SQL = Path(__file__).parent / "sql"
_CODE = re.compile(r"[A-Z]{1,2}-[A-Z0-9]+(?:-[A-Z0-9]+)*")
_DASHES = str.maketrans(dict.fromkeys("—–‐‑−", "-"))
_SPAN = re.compile(r"\d{1,7}(-\d{1,7})?")
_OTHER = "other"
_PLEA_SCHEMA = pa.schema(
    [
        ("plea_no", pa.int64()),
        ("submission_no", pa.int64()),
        ("row_no", pa.int32()),
        ("code", pa.string()),
        ("is_cross_check", pa.bool_()),
        ("sheet_key", pa.string()),
        ("table_name", pa.string()),
        ("is_all", pa.bool_()),
        ("spans", pa.list_(pa.struct([("first", pa.int64()), ("last", pa.int64())]))),
        ("category", pa.string()),
        ("text", pa.string()),
        ("is_spoilt", pa.bool_()),
    ]
)
NOTICE_SCHEMA = pa.schema(
    [
        ("notice_no", pa.int64()),
        ("submission_no", pa.int64()),
        *WORDED,
    ]
)
_SHEET_SCHEMA = pa.schema([("sheet", pa.string()), ("sheet_key", pa.string())])


def answer_queries(
    connection: duckdb.DuckDBPyConnection, asked: str, explained: str, sheets: str, of_cross_checks: bool = False
) -> pa.Table:
    """Leaves temp table `answer` (asked_no, answer_category, answer: one row per answered query).

    Returns notices, worded, one row per explanation and code that was not used, in order of file and row. Those about
    codes of cross-checks come only where `of_cross_checks`, all others only where not, so that each is told once.

    `asked`: query for findings (asked_no, submission_no, severity, code, table_name, sheet, row_no); without asked_no
    one is only named. `explained`: query for rows of core_explanations. `sheets`: query for sheets, among
    them those where they stand (submission_no, table_name, sheet_name, columns).
    """
    rows = connection.sql(explained).to_arrow_table().to_pylist()
    connection.register("plea", pa.Table.from_pylist(list(_pleas(rows)), schema=_PLEA_SCHEMA))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE asked AS SELECT * FROM ({asked}) SEMI JOIN plea USING (submission_no)"
    )
    names = [name for (name,) in connection.execute("SELECT DISTINCT sheet FROM asked WHERE sheet <> ''").fetchall()]
    keys = [{"sheet": name, "sheet_key": normal(name)} for name in names]
    connection.register("asked_sheet", pa.Table.from_pylist(keys, schema=_SHEET_SCHEMA))
    titles = [{"table_name": one.name, "title": one.title} for one in contracts()]
    connection.register("sheet_title", pa.Table.from_pylist(titles))
    connection.execute(sql_text(_SQL, "plea_matches"))
    connection.execute(sql_text(_SQL, "answers"))
    unused = connection.execute(sql_text(_SQL, "unused_pleas"), {"of_cross_checks": of_cross_checks})
    names = [column[0] for column in unused.description]
    found = [dict(zip(names, row, strict=True)) for row in unused.fetchall()]
    placed = f"FROM ({sheets}) WHERE table_name = '{EXPLANATIONS}'"
    notices = _worded(found, connection.sql(placed).to_arrow_table().to_pylist()) if found else []
    for name in ("plea", "asked_sheet", "sheet_title"):
        connection.unregister(name)
    return pa.Table.from_pylist(notices, schema=NOTICE_SCHEMA)


def _worded(found: Iterable[Mapping[str, Any]], sheets: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    places = {sheet["submission_no"]: sheet for sheet in sheets}
    said = []
    for number, row in enumerate(found):
        place = places.get(row["submission_no"], {})
        layout: dict[str, int] = json.loads(place.get("columns") or "{}")
        sheet = place.get("sheet_name") or contract(EXPLANATIONS).title
        notice = {**row, "table_name": EXPLANATIONS, "sheet": sheet, "row_label": None}
        said.append(worded(notice, layout.get(row["field"])) | {"notice_no": number})
    return said


def _pleas(rows: Sequence[Mapping[str, Any]]) -> Iterable[dict[str, Any]]:
    """Explanations read: one plea per explanation and code that it names, one without a code where it names none."""
    compared = {check.code for check in cross_checks() if not check.is_row_rule}
    listed = {term.value for term in vocabulary("explanation_reason")}
    number = 0
    for row in rows:
        is_all, spans = _rows_named(row["row_number"])
        name, reason, text = row["sheet_name"], row["reason_category"], row["explanation"] or ""
        pointed = names_contract(name) if name else None
        for code in _codes(row["finding_code"]):
            number += 1
            yield {
                "plea_no": number,
                "submission_no": row["submission_no"],
                "row_no": row["row_no"],
                "code": code,
                "is_cross_check": code in compared,
                "sheet_key": normal(name) if name else None,
                "table_name": pointed.name if pointed else None,
                "is_all": is_all,
                "spans": spans,
                "category": reason if reason in listed or reason is None else _OTHER,
                # Full stops and dashes explain nothing.
                "text": text if any(letter.isalpha() for letter in text) else None,
                "is_spoilt": "explanation" in (row["invalid_fields"] or ()),
            }


def _codes(text: str | None) -> list[str]:
    """The codes that the text names, whatever their width and case; the text itself where none looks like one."""
    plain = unicodedata.normalize("NFKC", text or "").translate(_DASHES).upper()
    return list(dict.fromkeys(_CODE.findall(plain))) or [plain]


def _rows_named(text: str | None) -> tuple[bool, list[dict[str, int]]]:
    """(whether every row is meant, spans of rows): neither where the text cannot be read as rows."""
    rules = value_rules()
    plain = unicodedata.normalize("NFKC", text or "").lower().strip()
    if not plain or plain in rules["explained_all"]:
        return True, []
    marks = rules["explained_rows"]
    spanned = re.sub(marks["span"], "-", re.sub(marks["noise"], "", plain))
    parts = [part for part in re.split(marks["separator"], spanned) if part]
    if not parts or not all(_SPAN.fullmatch(part) for part in parts):
        return False, []
    ends = [[int(end) for end in part.split("-")] for part in parts]
    return False, [{"first": min(pair), "last": max(pair)} for pair in ends]
