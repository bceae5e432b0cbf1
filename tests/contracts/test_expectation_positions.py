"""Great Expectations names failing rows by position, and never fails in silence."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.errors import PipelineError
from pipelines.metadata.contracts import Contract, Rule, contract, contracts
from pipelines.validate.expectations import RowRules
from tests.contracts.pinned import PINNED

NULLS = [None, 1.0, -1.0, None, 2.0, -2.0]
OLD, NEW = datetime(2026, 10, 1), datetime(2026, 10, 9)
FRAME = pd.DataFrame(
    {
        "submission_no": [1, 1, 1, 1, 2, 2],
        "number": NULLS,
        "other": [0.0, 0.0, 0.0, 0.0, None, -2.0],
        "word": pd.Series(["a", None, "b", "a", None, "b"], dtype="str"),
        "code": pd.Series(["7", "7", None, None, "7", "8"], dtype="str"),
        "early": pd.Series([OLD, NEW, None, OLD, NEW, OLD], dtype="datetime64[us]"),
        "late": pd.Series([NEW, OLD, OLD, None, NEW, NEW], dtype="datetime64[us]"),
    }
)
BETWEEN, FILLED, BLANK, PAIR, UNIQUE = PINNED

CASES: list[tuple[str, dict[str, Any], list[int]]] = [
    (BETWEEN, {"column": "number", "min_value": 0}, [2, 5]),
    (BETWEEN, {"column": "number", "min_value": -1, "max_value": 1}, [4, 5]),
    (FILLED, {"column": "number"}, [0, 3]),
    (FILLED, {"column": "word"}, [1, 4]),
    (FILLED, {"column": "early"}, [2]),
    (FILLED, {"column": "number", "row_condition": "word == 'a'"}, [0, 3]),
    (FILLED, {"column": "word", "row_condition": "number.isnull()"}, []),
    (FILLED, {"column": "word", "row_condition": "late.isnull()"}, []),
    (FILLED, {"column": "code", "row_condition": "word == 'b'"}, [2]),
    (BLANK, {"column": "number", "row_condition": "word == 'b'"}, [2, 5]),
    (BLANK, {"column": "late"}, [0, 1, 2, 4, 5]),
    (PAIR, {"column_A": "number", "column_B": "other", "or_equal": True}, [2]),
    (PAIR, {"column_A": "late", "column_B": "early", "or_equal": True}, [1]),
    (PAIR, {"column_A": "late", "column_B": "early"}, [1, 4]),
    (UNIQUE, {"column_list": ["submission_no", "code"]}, [0, 1]),
    (UNIQUE, {"column_list": ["submission_no", "word"]}, [0, 3]),
]


@pytest.fixture(scope="module")
def row_rules() -> RowRules:
    return RowRules()


def rule(code: str, expectation: str, arguments: dict[str, Any]) -> Rule:
    defaults = {PAIR: {"ignore_row_if": "either_value_is_missing"}, UNIQUE: {"ignore_row_if": "any_value_is_missing"}}
    return Rule(
        code, "error", expectation, {**arguments, **defaults.get(expectation, {})}, "number", "row", "", "", "", ""
    )


def made_up(name: str, *rules: Rule) -> Contract:
    return replace(contract("profile"), name=name, rules=rules)


def test_every_expectation_of_the_contracts_is_pinned_and_no_other() -> None:
    assert {entry.expectation for owner in contracts() for entry in owner.rules} == set(PINNED)
    assert {expectation for expectation, _, _ in CASES} == set(PINNED)


def test_every_kind_of_row_condition_of_the_contracts_is_pinned() -> None:
    conditions = {entry.arguments.get("row_condition") for owner in contracts() for entry in owner.rules} - {None}
    shapes = {"==" if "==" in str(condition) else str(condition).split(".")[-1] for condition in conditions}
    assert shapes == {"==", "isnull()"}


@pytest.mark.parametrize(("number", "case"), list(enumerate(CASES)))
def test_positions_of_failing_rows(
    row_rules: RowRules, number: int, case: tuple[str, dict[str, Any], list[int]]
) -> None:
    expectation, arguments, expected = case
    owner = made_up(f"pinned_{number}", rule("XX-101", expectation, arguments))
    assert list(row_rules.failures(owner, FRAME)) == ([("XX-101", expected)] if expected else [])


def test_codes_stay_with_their_rules_whatever_order_results_come_in(row_rules: RowRules) -> None:
    """Great Expectations groups results by column, so the order of a suite says nothing."""
    rules = [rule(f"XX-{number}", expectation, arguments) for number, (expectation, arguments, _) in enumerate(CASES)]
    expected = {f"XX-{number}": positions for number, (_, _, positions) in enumerate(CASES) if positions}
    assert dict(row_rules.failures(made_up("forwards", *rules), FRAME)) == expected
    assert dict(row_rules.failures(made_up("backwards", *reversed(rules)), FRAME)) == expected


def test_a_suite_is_used_again_for_another_frame(row_rules: RowRules) -> None:
    owner = made_up("again", rule("XX-101", BETWEEN, {"column": "number", "min_value": 0}))
    turned = FRAME.iloc[::-1].reset_index(drop=True)
    assert list(row_rules.failures(owner, FRAME)) == [("XX-101", [2, 5])]
    assert list(row_rules.failures(owner, turned)) == [("XX-101", [0, 3])]
    assert list(row_rules.failures(owner, FRAME)) == [("XX-101", [2, 5])]


def test_columns_of_nothing_but_nulls_are_judged(row_rules: RowRules) -> None:
    empty = pd.DataFrame(
        {
            "submission_no": [1, 1],
            "number": [float("nan")] * 2,
            "other": [float("nan")] * 2,
            "early": pd.Series([None, None], dtype="datetime64[us]"),
            "late": pd.Series([None, None], dtype="datetime64[us]"),
            "code": pd.Series([None, None], dtype="str"),
            "word": pd.Series([None, None], dtype="str"),
        }
    )
    rules = (
        rule("XX-1", BETWEEN, {"column": "number", "min_value": 0}),
        rule("XX-2", PAIR, {"column_A": "late", "column_B": "early", "or_equal": True}),
        rule("XX-3", UNIQUE, {"column_list": ["submission_no", "code"]}),
        rule("XX-4", FILLED, {"column": "code", "row_condition": "word == 'a'"}),
        rule("XX-5", FILLED, {"column": "code"}),
    )
    assert list(row_rules.failures(made_up("nulls", *rules), empty)) == [("XX-5", [0, 1])]


def test_no_rows_and_no_rules_are_no_failures(row_rules: RowRules) -> None:
    owner = made_up("nothing", rule("XX-101", FILLED, {"column": "number"}))
    assert list(row_rules.failures(owner, FRAME.iloc[:0])) == []
    assert list(row_rules.failures(made_up("ruleless"), FRAME)) == []


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("absent", {"column": "no_such_column", "min_value": 0}),
        ("uncomparable", {"column": "word", "min_value": 0}),
        ("misspelt", {"column": "number", "min_value": 0, "row_condition": "no_such_column == 'a'"}),
    ],
)
def test_a_rule_that_raises_is_our_error(row_rules: RowRules, name: str, arguments: dict[str, Any]) -> None:
    owner = made_up(name, rule("XX-101", BETWEEN, arguments))
    with pytest.raises(PipelineError, match="XX-101"):
        list(row_rules.failures(owner, FRAME))


def test_a_rule_that_raises_hides_behind_no_other(row_rules: RowRules) -> None:
    fine = rule("XX-101", BETWEEN, {"column": "number", "min_value": 0})
    broken = rule("XX-102", FILLED, {"column": "no_such_column"})
    with pytest.raises(PipelineError, match="XX-102"):
        list(row_rules.failures(made_up("mixed", fine, broken), FRAME))


def test_an_expectation_about_the_whole_table_is_refused(row_rules: RowRules) -> None:
    whole = rule("XX-101", "expect_table_row_count_to_equal", {"value": 1})
    with pytest.raises(PipelineError, match="without naming a row"):
        list(row_rules.failures(made_up("whole_table", whole), FRAME))


def test_only_one_module_imports_great_expectations(checkout: Path) -> None:
    importing = re.compile(r"^\s*(?:import|from) great_expectations", re.MULTILINE)
    modules = (checkout / "pipelines").rglob("*.py")
    assert [path.name for path in modules if importing.search(path.read_text(encoding="utf-8"))] == ["expectations.py"]
