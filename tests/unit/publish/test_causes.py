"""Why figures moved: parts that add up, each kind of revision by itself and mixed."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.publish.basis import Basis
from pipelines.publish.causes import Causes, MovedIndicator, split
from pipelines.publish.rule_changes import RuleChange, provision_changes, reading_changes
from pipelines.publish.shares import COUNTS
from pipelines.publish.weighing import CAUSES
from pipelines.publish.wording import say
from tests.unit.publish import revised
from tests.unit.publish.revised import SCHOOLS, only, standard, with_parameter

ALONE = {
    "new": {"new_data"},
    "corrected": {"corrected_data"},
    "closed": {"register_change"},
    "moved": {"register_change"},
    "stage": {"register_change"},
    "opened": {"register_change"},
    "bureau": {"corrected_data"},
    "threshold": {"rule_change"},
    "both": {"corrected_data+register_change"},
}


@pytest.fixture
def moments() -> dict[str, Basis]:
    """A small county after each revision by itself, in the order in which they happened."""
    return revised.moments()


def whole(causes: Causes, indicator: str) -> MovedIndicator:
    """The figure of the whole."""
    return next(one for one in causes.figures if one.key[2:4] == (indicator, "county"))


def changes_of(figure: MovedIndicator, column: str) -> int:
    """What the figures say; a blank is nothing."""
    old, new = (int(side[column] or 0) if side else 0 for side in (figure.old, figure.new))
    return new - old


def check_parts(causes: Causes) -> int:
    """Of every column that is a sum the parts add up to what the published figures say; returns how many figures."""
    for figure in causes.figures:
        moved = {one.column for one in figure.moved}
        for column in COUNTS:
            assert sum(part.change(column) for part in figure.parts) == changes_of(figure, column), figure.key
            assert (changes_of(figure, column) != 0) <= (column in moved)
        assert figure.parts
        assert {cause for part in figure.parts for cause in part.causes} <= set(CAUSES) - {"unexplained"}
    return len(causes.figures)


def test_the_parts_of_every_figure_add_up_whatever_happened(moments: dict[str, Basis]) -> None:
    """Pairs drawn from all moments, forwards and backwards: one revision alone to all of them mixed."""
    rng, names = Random(6), list(moments)
    pairs = [(names[0], names[-1]), (names[-1], names[0])]
    pairs += [tuple(rng.sample(names, 2)) for _ in range(18)]  # type: ignore[misc]
    assert sum(check_parts(split(moments[old], moments[new])) for old, new in pairs) > 500


def test_each_revision_alone_has_its_own_cause(moments: dict[str, Basis]) -> None:
    """The school with a new file and another type at once has both, which cannot be told apart."""
    for old, new in pairwise(moments):
        found = split(moments[old], moments[new])
        check_parts(found)
        causes = {part.cause for figure in found.figures for part in figure.parts}
        assert ALONE[new] <= causes, new
        extra = {"corrected_data", "register_change"} if new == "both" else set()
        assert causes <= ALONE[new] | extra, new


def test_nothing_moved_has_no_cause(moments: dict[str, Basis]) -> None:
    found = split(moments["first"], moments["first"])
    assert (found.figures, found.files, found.entries, found.rules) == ((), (), (), ())


def test_a_new_file_is_named_with_what_it_brought(moments: dict[str, Basis]) -> None:
    names = list(moments)
    before = moments[names[names.index("new") - 1]]
    found = split(before, moments["new"])
    figure = whole(found, "submission_rate")
    (part,) = figure.parts
    assert (part.unit, part.cause) == (("school", SCHOOLS[4]), "new_data")
    assert (part.change("numerator"), part.change("met"), part.change("unmet"), part.change("denominator")) == (
        1,
        1,
        -1,
        0,
    )
    assert (part.old_status, part.new_status) == ("unmet", "met")
    ((moved),) = part.files
    assert (moved.sender, moved.month, moved.old) == (SCHOOLS[4], "2026-10", None)
    assert moved.new is not None
    assert len(moved.new.sha256) == 64
    assert [one.sender for one in found.files] == [SCHOOLS[4]]


def test_the_same_seen_backwards_is_withdrawn(moments: dict[str, Basis]) -> None:
    names = list(moments)
    before = moments[names[names.index("new") - 1]]
    (part,) = whole(split(moments["new"], before), "submission_rate").parts
    assert (part.cause, part.change("numerator")) == ("withdrawn_data", -1)


def test_a_school_that_moved_changes_two_townships_and_not_the_whole(moments: dict[str, Basis]) -> None:
    names = list(moments)
    found = split(moments[names[names.index("moved") - 1]], moments["moved"])
    levels = {figure.key[3] for figure in found.figures}
    assert levels <= {"township"}
    figures = [one for one in found.figures if one.key[2] == "submission_rate"]
    assert sorted(part.change("denominator") for one in figures for part in one.parts) == [-1, 1]
    assert {part.unit[1] for one in figures for part in one.parts} == {SCHOOLS[2]}
    (entry,) = found.entries
    assert [column for column, _, _ in entry.differing] == ["township"]


def test_a_median_names_the_schools_and_cases_behind_it(moments: dict[str, Basis]) -> None:
    """A shorter cohort drops the hazards of September."""
    names = list(moments)
    found = split(moments[names[-2]], moments["threshold"])
    figure = whole(found, "hazard_closure.median_days")
    cases = [pair for part in figure.parts for pair in part.cases]
    assert cases
    assert all(new is None and old is not None and old.times[0] < "2026-10-01" for old, new in cases)
    assert -len(cases) == sum(part.change("denominator") for part in figure.parts)
    rules = {rule for part in figure.parts for rule in part.rules}
    assert rules == {RuleChange("hazard_closure", "parameters.cohort_months", "12", "1")}


def test_what_a_provision_does_not_read_is_no_cause(moments: dict[str, Basis]) -> None:
    """Another workbook of the bureau, with more visits, moves the number of visits and nothing else."""
    names = list(moments)
    found = split(moments[names[names.index("bureau") - 1]], moments["bureau"])
    assert {one.key[2] for one in found.figures} == {"three_level_checks.spot"}
    (part,) = whole(found, "three_level_checks.spot").parts
    assert [(one.sender, one.month) for one in part.files] == [("", "2026-10")]


def test_small_sensitive_numbers_name_no_school(moments: dict[str, Basis]) -> None:
    """The change is told as the figure has it, its causes together, and nobody with it."""
    rules = load_standard("jinghong-2019")
    limit = rules.provision("guards_staffing").parameters[0]
    names = list(moments)
    before = moments[names[names.index("new") - 1]]
    hidden = [
        replace(
            one,
            standard=replace(
                one.standard,
                provisions=tuple(
                    replace(each, suppress_below=limit) if each.id == "submission_rate" else each
                    for each in one.standard.provisions
                ),
            ),
        )
        for one in (before, moments["new"])
    ]
    (part,) = whole(split(*hidden), "submission_rate").parts
    assert (part.unit, part.name, part.files, part.cause) == (("", ""), "", (), "new_data")
    assert part.change("numerator") == 1


def test_what_the_two_sides_do_not_explain_is_said_to_be_so(moments: dict[str, Basis]) -> None:
    """A figure that was published otherwise than its rows say leaves a rest that is named, and still adds up."""
    side = moments["first"]
    key = next(key for key in side.figures if key[2:4] == ("submission_rate", "county"))
    row = side.figures[key]
    told = replace(side, figures={**side.figures, key: {**row, "met": str(int(row["met"]) + 2)}})
    (figure,) = split(side, told).figures
    assert [(part.cause, part.change("met"), part.unit) for part in figure.parts] == [("unexplained", 2, ("", ""))]


def test_a_figure_that_was_blank_owes_all_it_states_to_what_made_it_known(moments: dict[str, Basis]) -> None:
    """Schools whose numbers were known before are part of the change, by the cause of the one that came."""
    names = list(moments)
    before, after = moments[names[names.index("new") - 1]], moments["new"]
    key = next(key for key in before.figures if key[2:4] == ("daily_reminder", "county"))
    blank = replace(
        before, figures={**before.figures, key: {**before.figures[key], "numerator": "", "denominator": ""}}
    )
    figure = whole(split(blank, after), "daily_reminder")
    assert len(figure.parts) > 1
    assert {part.cause for part in figure.parts} == {"new_data"}
    assert sum(part.change("denominator") for part in figure.parts) == int(after.figures[key]["denominator"])


def test_another_program_alone_is_named(moments: dict[str, Basis]) -> None:
    """Where files, register and rules are the same, what moved a school's part is the program."""
    side = moments["first"]
    unit, share = next(iter(side.shares["submission_rate"].items()))
    counts = (1 - share.counts[0], *share.counts[1:])
    key = next(key for key in side.figures if key[2:4] == ("submission_rate", "county"))
    row = side.figures[key]
    numerator = str(int(row["numerator"]) + counts[0] - share.counts[0])
    other = replace(
        side,
        program="another",
        figures={**side.figures, key: {**row, "numerator": numerator}},
        shares={
            **side.shares,
            "submission_rate": {**side.shares["submission_rate"], unit: replace(share, counts=counts)},
        },
    )
    (figure,) = split(side, other).figures
    assert [part.cause for part in figure.parts] == ["program_change"]


def test_two_periods_are_not_split(moments: dict[str, Basis]) -> None:
    side = moments["first"]
    found = split(side, replace(side, period=parse_period("2026-11")))
    assert found.note == say("causes.other_period")


def test_rules_that_differ_are_named_with_both_values() -> None:
    before = standard()
    after = with_parameter(before, "drill_frequency", "minimum_drills", 3)
    assert provision_changes(before, after, "drill_frequency") == (
        RuleChange("drill_frequency", "parameters.minimum_drills", "1", "3"),
    )
    gone = only(before, "submission_rate")
    (change,) = provision_changes(before, gone, "closed_campus")
    assert (change.part, change.old, change.new) == ("provision", before.provision("closed_campus").name_zh, "")


def test_words_of_a_contract_are_no_rule(tmp_path: Path) -> None:
    """Another message changes no figure; another field form does."""
    for folder, message, form in (("a", "one", "int"), ("b", "two", "int"), ("c", "one", "text")):
        said = f"{{property: message_zh, value: {message}}}, {{property: form, value: {form}}}"
        (tmp_path / folder / "school").mkdir(parents=True)
        path = tmp_path / folder / "school" / "guards.odcs.yaml"
        path.write_text(f"schema: [{{name: x, customProperties: [{said}]}}]", encoding="utf-8")
    assert reading_changes(tmp_path / "a", tmp_path / "b") == ()
    assert [one.part for one in reading_changes(tmp_path / "a", tmp_path / "c")] == ["contract.guards"]


def test_every_cause_and_part_of_a_rule_has_a_name() -> None:
    assert all(say(f"causes.names.{cause}") for cause in CAUSES)
    rules = load_standard("jinghong-2019")
    for provision in rules.provisions:
        for change in provision_changes(replace(rules, provisions=()), rules, provision.id):
            assert say(f"causes.rules.{change.part.partition('.')[0]}")
