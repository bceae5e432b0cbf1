"""For every row rule of the contracts, sheets that break it and sheets that keep it, made from its arguments."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.metadata.contracts import Contract, Field, Rule, contracts
from pipelines.metadata.items import items
from pipelines.metadata.values import vocabulary
from tests.unit.extract.books import Sheets
from tests.unit.validate.conftest import DRILLS, PROFILE

Row = Mapping[str, Any]
_PLAIN = {
    "int": 35,
    "number": 35,
    "money": 35,
    "year": 1980,
    "date": "2026-10-09",
    "datetime": "2026-10-09 10:20",
    "month": "2026-10",
    "text": "内容",
}
_EARLIER = {"int": 34, "date": "2026-10-08", "datetime": "2026-10-09 10:19"}


@dataclass(frozen=True)
class Example:
    """A sheet of one contract; `failing` are its rows, from 0, in which the rule should speak."""

    contract: Contract
    rule: Rule
    rows: tuple[Row, ...]
    failing: tuple[int, ...] = ()

    @property
    def sheets(self) -> Sheets:
        """The workbook."""
        return whole(self.contract, self.rows)


def whole(contract: Contract, rows: Sequence[Row]) -> Sheets:
    """A workbook of that sheet, with what a school must say besides for it to be accepted."""
    grid = grid_of(contract, rows)
    if contract.origin == "bureau":
        other = next(one for one in contracts("bureau") if one.name != contract.name)
        return {contract.title: grid, other.title: grid_of(other, [])}
    if contract.name == "profile":
        return {contract.title: grid, **DRILLS}
    return {"学校概况": PROFILE, contract.title: grid}


def grid_of(contract: Contract, rows: Sequence[Row]) -> list[list[Any]]:
    """Headings in the contract's order, then the rows."""
    fields = contract.fields
    return [[field.label for field in fields], *([row.get(field.name, "") for field in fields] for row in rows)]


def _value(contract: Contract, field: Field) -> Any:
    if field.vocabulary:
        return vocabulary(field.vocabulary)[0].zh
    if field.name in ("item_code", "item_name"):
        item = next(item for item in items().values() if item.kind == contract.item_kind)
        return item.code if field.name == "item_code" else item.zh
    if field.form == "code":
        return "2153990101" if field.pattern else "1"
    return _PLAIN[field.form]


def faultless(contract: Contract) -> dict[str, Any]:
    """A row that is filled in everywhere and breaks no rule."""
    return {field.name: _value(contract, field) for field in contract.fields}


def _meeting(contract: Contract, condition: str) -> dict[str, Any]:
    """What a row holds that meets a row condition."""
    if match := re.fullmatch(r"(\w+) == '(\w+)'", condition):
        field = contract.field(match[1])
        words = {term.value: term.zh for term in vocabulary(str(field.vocabulary))}
        return {field.name: words[match[2]]}
    match = re.fullmatch(r"(\w+)\.isnull\(\)", condition)
    assert match is not None, condition
    return {match[1]: ""}


def _missing(contract: Contract, condition: str) -> dict[str, Any]:
    """What a row holds that does not meet a row condition."""
    met = _meeting(contract, condition)
    ((name, word),) = met.items()
    field = contract.field(name)
    if not word:
        return {name: _value(contract, field)}
    return {name: next(term.zh for term in vocabulary(str(field.vocabulary)) if term.zh != word)}


def _between(contract: Contract, rule: Rule) -> tuple[list[list[Row]], list[list[Row]]]:
    low, high = rule.arguments.get("min_value"), rule.arguments.get("max_value")
    bad = [
        value
        for value, bound in ((low - 1 if low is not None else 0, low), ((high or 0) + 1, high))
        if bound is not None
    ]
    good = [value for value in (low, high, "") if value is not None]
    return [[{rule.field: value}] for value in bad], [[{rule.field: value}] for value in good]


def _filled(contract: Contract, rule: Rule) -> tuple[list[list[Row]], list[list[Row]]]:
    condition = rule.arguments.get("row_condition")
    if condition is None:
        return [[{rule.field: ""}]], [[{}]]
    return (
        [[{rule.field: "", **_meeting(contract, condition)}]],
        [[{rule.field: "", **_missing(contract, condition)}], [_meeting(contract, condition)]],
    )


def _blank(contract: Contract, rule: Rule) -> tuple[list[list[Row]], list[list[Row]]]:
    met = _meeting(contract, rule.arguments["row_condition"])
    return [[met]], [[{**met, rule.field: ""}], [{}]]


def _pair(contract: Contract, rule: Rule) -> tuple[list[list[Row]], list[list[Row]]]:
    high, low = rule.arguments["column_A"], rule.arguments["column_B"]
    earlier = _EARLIER[contract.field(high).form]
    return [[{high: earlier}]], [[{}], [{low: earlier}], [{high: ""}], [{low: ""}]]


def _unique(contract: Contract, rule: Rule) -> tuple[list[list[Row]], list[list[Row]]]:
    last = rule.arguments["column_list"][-1]
    other = {"date": "2026-10-08"}.get(contract.field(last).form, "2")
    return [[{}, {}]], [[{}, {last: other}]]


_MAKERS = {
    "expect_column_values_to_be_between": _between,
    "expect_column_values_to_not_be_null": _filled,
    "expect_column_values_to_be_null": _blank,
    "expect_column_pair_values_a_to_be_greater_than_b": _pair,
    "expect_compound_columns_to_be_unique": _unique,
}


def _examples(contract: Contract, rule: Rule) -> list[Example]:
    failing, passing = _MAKERS[rule.expectation](contract, rule)
    plain = faultless(contract)

    def rows(changes: list[Row]) -> tuple[Row, ...]:
        return tuple({**plain, **change} for change in changes)

    return [
        *(Example(contract, rule, rows(changes), tuple(range(len(changes)))) for changes in failing),
        *(Example(contract, rule, rows(changes)) for changes in passing),
    ]


EXAMPLES = [example for contract in contracts() for rule in contract.rules for example in _examples(contract, rule)]
