"""Schools to visit next: the order, the points, the reasons in words, and what the workbook proves them by."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipelines.metadata.risk import risk
from pipelines.report import wording
from pipelines.report.material import Material, Risky
from pipelines.report.sheets import sheets
from pipelines.report.timeliness import SchoolMonth, Timeliness
from pipelines.report.townships import narrowed
from pipelines.report.visits_next import candidates, visit_table, visits_intro
from tests.unit.report import county


def calm(material: Material, *rows: Risky) -> Material:
    """The county in which every other school was visited and has nothing overdue, and everybody reported."""
    schools = {code: replace(school, submission_no=1) for code, school in material.schools.items()}
    others = {code: Risky(code, 0, 0, 1, 0, 0) for code in schools} | {row.school_code: row for row in rows}
    return replace(material, schools=schools, risky=tuple(others[code] for code in schools))


def missing(code: str, *months: str) -> Timeliness:
    """Months of the school year that the school owes past their deadlines."""
    rows = tuple(SchoolMonth(month, code, "", "", "missing", date(2026, 1, 5), None, 9, None, None) for month in months)
    return Timeliness(rows, ("2026-10",), ("2026-09", "2026-10"))


def test_points_are_weights_times_counts_up_to_the_most(planted: Material) -> None:
    """Four majors count as three; the month of the report itself is told once."""
    first, second, third = list(planted.schools)[:3]
    rows = (Risky(first, 4, 1, 0, 0, 0), Risky(second, 0, 0, 1, 2, 1), Risky(third, 0, 2, 1, 0, 0))
    material = calm(planted, *rows)
    silent = {**material.schools, second: replace(material.schools[second], submission_no=None)}
    material = replace(material, schools=silent, timeliness=missing(second, "2026-09", "2026-10"))
    found = [(one.school_code, one.risk, one.said) for one in candidates(material)]
    assert found == [
        (first, 3 * 5 + 1 + 2, "逾期未整改的重大隐患4条；逾期未整改的其他隐患1条；本学年没有检查过"),
        (
            second,
            3 + 1 + 2 * 2 + 2,
            "本期没有可用的报送；本学年另有1个月缺报；本学年检查发现与自报不符2项；本学年发生事故1起",
        ),
    ]


def test_ties_stand_by_code_and_no_more_are_listed_than_the_file_says(planted: Material) -> None:
    material = calm(planted, *(Risky(code, 1, 0, 1, 0, 0) for code in planted.schools))
    codes = [row[0].beside for row in visit_table(material, "").rows]
    assert codes == sorted(planted.schools)[: risk().listed]
    assert str(risk().listed) in visits_intro(material)


def test_nobody_is_listed_where_nothing_speaks_for_it(planted: Material) -> None:
    material = calm(planted)
    assert (candidates(material), visit_table(material, "").rows) == ((), ())
    assert visits_intro(material) == wording.text("visits.none")


def test_the_note_tells_every_reason_with_its_points(planted: Material) -> None:
    note = visit_table(planted, "").note
    for reason in risk().reasons:
        assert f"{wording.column(reason.id)}" in note and f"{reason.weight}分" in note
    with wording.in_language("en"):
        assert f"{risk().minimum} points or more" in visit_table(planted, "").note


def test_the_workbook_holds_the_counts_that_make_up_each_risk(planted: Material) -> None:
    sheet = next(sheet for sheet in sheets(planted) if sheet.id == "visits")
    weights = {reason.id: (reason.weight, reason.at_most) for reason in risk().reasons}
    assert len(sheet.rows) == len(candidates(planted)) > 0
    for values in sheet.rows:
        row = dict(zip(sheet.columns, values, strict=True))
        assert row["risk"] == sum(weight * min(row[name], most) for name, (weight, most) in weights.items())


def test_a_township_lists_its_own_schools(planted: Material) -> None:
    own = narrowed(planted, county.TOWNSHIPS[0])
    assert {row[1].text for row in visit_table(own, "").rows} == {county.TOWNSHIPS[0]}


@pytest.mark.parametrize("name", ["zh", "en"])
def test_words_of_a_reason_name_its_count(name: str) -> None:
    """Where it can hold more than once."""
    assert all(("{count}" in getattr(reason, name)) == (reason.at_most > 1) for reason in risk().reasons)
