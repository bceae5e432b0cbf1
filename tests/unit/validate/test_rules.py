"""Every row rule speaks where it should, at its cell, and nowhere else; and does to the row what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from pipelines.findings import column_letters
from pipelines.metadata.contracts import Contract, contract, contracts
from tests.unit.extract.books import Sheets
from tests.unit.validate.conftest import DRILLS, PROFILE, Judge, Judged
from tests.unit.validate.examples import EXAMPLES, Example, Row, faultless, grid_of, whole

NUMBERED = list(enumerate(EXAMPLES, 1))
FAILING = [
    pytest.param(number, example, id=f"{example.rule.code}-{number}") for number, example in NUMBERED if example.failing
]
PASSING = [
    pytest.param(number, example, id=f"{example.rule.code}-{number}")
    for number, example in NUMBERED
    if not example.failing
]


@pytest.fixture(scope="module")
def judged(judge: Judge) -> Judged:
    """Every example is a file of one batch."""
    return judge(*(example.sheets for example in EXAMPLES))


def rule_places(judged: Judged, number: int) -> list[tuple[str, str]]:
    """(code, cell) of the findings of row rules."""
    return [(code, cell) for code, _, cell in judged.places(number) if re.match(r"[A-Z]{2}-\d", code)]


def cells(example: Example) -> list[str]:
    names = [field.name for field in example.contract.fields]
    return [f"{column_letters(names.index(example.rule.field))}{row + 2}" for row in example.failing]


def test_every_rule_has_an_example_that_fails_and_one_that_passes() -> None:
    codes = {rule.code for owner in contracts() for rule in owner.rules}
    assert len(codes) > 50
    assert {example.rule.code for example in EXAMPLES if example.failing} == codes
    assert {example.rule.code for example in EXAMPLES if not example.failing} == codes


@pytest.mark.parametrize(("number", "example"), FAILING)
def test_a_breach_is_found_at_its_cell_and_nothing_else_is(judged: Judged, number: int, example: Example) -> None:
    assert rule_places(judged, number) == [(example.rule.code, cell) for cell in cells(example)]
    (finding, *_) = [row for row in judged.findings(number) if row["code"] == example.rule.code]
    assert finding["severity"] == example.rule.severity
    assert (finding["table_name"], finding["sheet"]) == (example.contract.name, example.contract.title)
    assert (finding["row_no"], finding["field"]) == (2, example.rule.field)


@pytest.mark.parametrize(("number", "example"), PASSING)
def test_a_row_that_keeps_the_rule_is_not_found(judged: Judged, number: int, example: Example) -> None:
    assert example.rule.code not in judged.codes(number)


@pytest.mark.parametrize(("number", "example"), FAILING)
def test_effect_of_a_breach_on_its_row(judged: Judged, number: int, example: Example) -> None:
    rule = example.rule
    table = example.contract.name
    rows = judged.rows(table, number)
    counts = judged.sheet(table, number)
    if rule.effect == "row":
        assert rows == []
        assert (counts["row_count"], counts["lost_row_count"]) == (0, len(example.rows))
        return
    assert (counts["row_count"], counts["lost_row_count"]) == (len(example.rows), 0)
    assert rows[0]["invalid_fields"] == ([rule.field] if rule.effect == "cell" else [])
    is_blank = rule.effect == "cell" or example.rows[0][rule.field] == ""
    assert (rows[0][rule.field] is None) == is_blank


@pytest.mark.parametrize(("number", "example"), FAILING)
def test_message_names_the_value_and_how_to_mend_it(judged: Judged, number: int, example: Example) -> None:
    (finding, *_) = [row for row in judged.findings(number) if row["code"] == example.rule.code]
    written = str(example.rows[0][example.rule.field])
    words = {"value": written, "row_label": example.rows[0].get("item_name", "")}
    assert finding["value"] == written
    assert finding["message"] == example.rule.message_zh.format_map(words)
    assert finding["hint"] == example.rule.hint_zh.format_map(words)


@pytest.fixture(scope="module")
def faultless_files(judge: Judge) -> Judged:
    """One file a contract, in the order of contracts()."""
    return judge(*(whole(owner, [faultless(owner)]) for owner in contracts()))


@pytest.mark.parametrize(("number", "owner"), list(enumerate(contracts(), 1)))
def test_a_faultless_row_is_kept_whole(faultless_files: Judged, number: int, owner: Contract) -> None:
    assert faultless_files.findings(number) == []
    (row,) = faultless_files.rows(owner.name, number)
    assert row["invalid_fields"] == []
    assert [field.name for field in owner.fields if row[field.name] is None] == []


def hazards(*rows: Row) -> Sheets:
    """A file of hazards that are faultless but for the given changes."""
    owner = contract("hazards")
    return whole(owner, [{**faultless(owner), **changes} for changes in rows])


def profile(**changes: object) -> Sheets:
    """A file whose profile says something else."""
    row = dict(zip(PROFILE[0], PROFILE[1], strict=True)) | changes
    return {"学校概况": [list(row), list(row.values())], **DRILLS}


def turned(code: str) -> Sheets:
    """The failing example of a hazard rule with a title row above and its columns turned round."""
    example = next(example for example in EXAMPLES if example.rule.code == code and example.failing)
    grid = [row[::-1] for row in grid_of(example.contract, example.rows)]
    return {"学校概况": PROFILE, "隐患台账": [["隐患排查整改台账"], *grid]}


TURNED = [rule.code for rule in contract("hazards").rules]
FILES: dict[str, Sheets] = {
    "unreadable": hazards({"closed_date": "月底"}),
    "negative": profile(寄宿生数=-1),
    "partner": profile(在校生数=-5, 寄宿生数=500),
    "key": hazards({"found_date": "国庆前"}),
    "one": hazards({}),
    "other": hazards({}),
    "spelling": hazards(*({"hazard_no": number} for number in ("yh-1", "ＹＨ-1", "YH -1", "YH-2"))),
    "several": hazards({"level": "严重", "fund_amount": "自筹", "closed_date": "2026-10-01"}),
    "written": hazards({"found_date": "2026年10月9日", "closed_date": "２０２６.10.8"}),
    **{code: turned(code) for code in TURNED},
}


@dataclass(frozen=True)
class Named:
    """Files of one batch by name."""

    judged: Judged

    def places(self, name: str) -> list[tuple[str, str]]:
        """(code, cell) of a file's findings."""
        return [(code, cell) for code, _, cell in self.judged.places(list(FILES).index(name) + 1)]

    def hazards(self, name: str) -> list[dict[str, Any]]:
        """The hazards that a file brought."""
        return self.judged.rows("hazards", list(FILES).index(name) + 1)


@pytest.fixture(scope="module")
def files(judge: Judge) -> Named:
    return Named(judge(*FILES.values()))


def test_a_cell_that_cannot_be_read_silences_the_rules_on_it(files: Named) -> None:
    """已整改 without a date is YH-105, but here a date is given that cannot be read."""
    assert files.places("unreadable") == [("E-DATE", "O2")]
    (row,) = files.hazards("unreadable")
    assert (row["closed_date"], row["invalid_fields"]) == (None, ["closed_date"])


def test_a_rule_on_one_cell_speaks_before_a_comparison(files: Named) -> None:
    assert files.places("negative") == [("GK-102", "E2")]


def test_nothing_is_compared_with_a_cell_in_error(files: Named) -> None:
    """500 boarders are more than -5 students, but the students are what is wrong."""
    assert files.places("partner") == [("GK-101", "C2")]


def test_a_key_that_cannot_be_read_loses_its_row(files: Named) -> None:
    assert files.places("key") == [("E-DATE", "B2")]
    assert files.hazards("key") == []
    assert files.judged.sheet("hazards", list(FILES).index("key") + 1)["lost_row_count"] == 1


def test_a_number_given_in_two_files_is_no_double(files: Named) -> None:
    assert files.places("one") == files.places("other") == []


def test_codes_differ_only_by_what_distinguishes_them(files: Named) -> None:
    """Case, width and spaces do not make another hazard."""
    doubles = [cell for code, cell in files.places("spelling") if code == "YH-103"]
    assert doubles == ["A2", "A3", "A4"]
    assert [row["hazard_no"] for row in files.hazards("spelling")] == ["yh-2"]


def test_several_errors_of_one_row_are_all_named(files: Named) -> None:
    assert files.places("several") == [("E-ENUM", "F2"), ("E-NUMBER", "I2"), ("YH-104", "O2")]
    (row,) = files.hazards("several")
    assert row["invalid_fields"] == ["closed_date", "fund_amount", "level"]


def test_rules_look_at_values_not_at_how_they_are_written(files: Named) -> None:
    assert ("YH-104", "O2") in files.places("written")


@pytest.mark.parametrize("code", TURNED)
def test_the_cell_is_named_where_its_column_really_stands(files: Named, code: str) -> None:
    example = next(example for example in EXAMPLES if example.rule.code == code and example.failing)
    names = [field.name for field in example.contract.fields][::-1]
    letters = column_letters(names.index(example.rule.field))
    assert files.places(code) == [(code, f"{letters}{row + 3}") for row in example.failing]
