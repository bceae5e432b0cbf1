"""Checks of a standard's expressions: parsed by DuckDB's own serializer, never by us."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import duckdb

from pipelines.errors import MetadataError
from pipelines.store.database import connect

_CLASSES = frozenset(
    {"CASE", "COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "OPERATOR", "BETWEEN", "FUNCTION", "CAST", "TYPE"}
)
FUNCTIONS = frozenset(
    {
        *("+", "-", "*", "/", "//", "%", "~~", "!~~", "coalesce", "nullif", "abs", "floor", "ceil", "round"),
        *("max_of", "min_of", "contains", "starts_with", "ends_with", "regexp_matches", "length", "lower", "upper"),
        *("trim", "concat", "year", "month", "day", "quarter", "date_diff", "date_trunc", "last_day", "make_date"),
        *("to_days", "to_weeks", "to_months", "to_years", "to_minutes", "to_hours"),
    }
)
"""Pure functions of their arguments. max_of and min_of are ours: unknown when either side is."""
_NOTHING = ("false", "")
_TYPES = frozenset({"INTEGER", "BIGINT", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR", "DECIMAL"})


@dataclass(frozen=True)
class Place:
    """Where an expression stands, for messages."""

    file: str
    provision: str
    field: str

    def error(self, reason: str) -> MetadataError:
        """The error that says so."""
        return MetadataError(f"{self.file}: {self.provision}: {self.field}: {reason}")


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "class" in value:
            yield value
        for child in value.values():
            yield from _nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from _nodes(child)


@lru_cache(maxsize=1)
def _parser() -> duckdb.DuckDBPyConnection:
    return connect()


@lru_cache(maxsize=4096)
def _serialized(expression: str) -> str:
    row = _parser().execute("SELECT json_serialize_sql($sql)", {"sql": f"SELECT (\n{expression}\n)"}).fetchone()
    assert row is not None
    return str(row[0])


def _single_expression(expression: str, place: Place) -> dict[str, Any]:
    if not expression.strip():
        raise place.error("is empty")
    try:
        parsed = json.loads(_serialized(expression))
    except duckdb.Error as error:
        raise place.error(f"cannot be parsed: {error}") from error
    if parsed["error"]:
        raise place.error(f"cannot be parsed: {parsed.get('error_message')}")
    node = parsed["statements"][0]["node"]
    clauses = ("where_clause", "group_expressions", "having", "qualify", "modifiers", "sample")
    extra = any(node.get(clause) for clause in clauses)
    is_plain = (
        len(parsed["statements"]) == 1
        and node["type"] == "SELECT_NODE"
        and len(node["select_list"]) == 1
        and node["from_table"]["type"] == "EMPTY"
        and not node["cte_map"]["map"]
        and not extra
    )
    if not is_plain:
        raise place.error("is more than one expression")
    root: dict[str, Any] = node["select_list"][0]
    return root


def check_expression(
    expression: str, scope: Collection[str], place: Place, items: Collection[str] = frozenset()
) -> set[str]:
    """The columns that the expression names, once it is known to be harmless.

    `items` are those of the scope that checklist and count items make. MetadataError for anything but columns in scope,
    constants, operators and the pure functions listed here.
    """
    named: set[str] = set()
    for node in _nodes(_single_expression(expression, place)):
        kind = node["class"]
        if kind not in _CLASSES:
            raise place.error(f"{kind.lower()} is not allowed in an expression")
        if node.get("alias"):
            raise place.error(f"names {node['alias']!r} inside an expression; put it under let")
        if kind == "FUNCTION" and (node["function_name"].lower() not in FUNCTIONS or node.get("filter")):
            name = node["function_name"]
            raise place.error(f"function {name!r} is not allowed{_nearest(name, FUNCTIONS)}")
        if kind == "TYPE" and node["type_name"].upper() not in _TYPES:
            raise place.error(f"type {node['type_name']!r} is not allowed")
        if kind == "COLUMN_REF":
            column = ".".join(node["column_names"])
            if column not in scope:
                raise place.error(_unknown(column, scope, items))
            named.add(column)
    return named


def supposed_columns(expression: str) -> set[str]:
    """Columns for whose blank the expression supposes something else than no: `coalesce(audience, 'students')`."""
    supposed: set[str] = set()
    for node in _nodes(_single_expression(expression, Place("", "", ""))):
        if node["type"] == "OPERATOR_COALESCE" and node["children"][-1].get("literal", {}).get("text") not in _NOTHING:
            children = _nodes(node["children"][:-1])
            supposed |= {".".join(each["column_names"]) for each in children if each["class"] == "COLUMN_REF"}
    return supposed


def _unknown(column: str, scope: Collection[str], items: Collection[str]) -> str:
    close = difflib.get_close_matches(column, sorted(scope), n=1, cutoff=0.5)
    is_like_an_item = bool(items) and (not close or close[0] in items)
    reason = f"column {column!r} is not known" + (", and items.yaml has no such item" if is_like_an_item else "")
    return reason + _nearest(column, scope)


def _nearest(name: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
