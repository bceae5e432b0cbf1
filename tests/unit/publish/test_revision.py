"""revision.csv and revision.html: what they say of a revision, to whom, and that nothing in them acts."""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.publish.cause_text import COLUMNS, cause_name, cause_rows
from pipelines.publish.causes import Causes, folder_causes, split
from pipelines.publish.difference import KEY
from pipelines.publish.manifest import read_manifest
from pipelines.publish.release import publish
from pipelines.publish.revision import revision_csv
from pipelines.publish.revision_page import Moments, render_revision
from pipelines.publish.shares import COUNTS
from pipelines.publish.weighing import CAUSES
from pipelines.publish.wording import say
from pipelines.settings import Settings
from tests.unit.publish import revised
from tests.unit.publish.revised import SCHOOLS

WHEN = Moments("jinghong-2019", "2026-10", datetime(2026, 11, 5, 18), datetime(2026, 11, 20, 9))
HOSTILE = '=HYPERLINK("http://x")<script>alert(1)</script>'


@pytest.fixture
def causes() -> Causes:
    """Everything that happened to the small county, at once."""
    moments = list(revised.moments().values())
    return split(moments[0], moments[-1])


@pytest.fixture
def arrived() -> Causes:
    """One new file, and nothing else."""
    names = list(revised.moments())
    before, after = names[names.index("new") - 1], "new"
    return split(revised.moments()[before], revised.moments()[after])


def table(text: str) -> list[dict[str, str]]:
    """The rows of a CSV text."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def page(causes: Causes, reason: str = "补收报表") -> str:
    """The page as it is written."""
    return render_revision(causes, reason, WHEN)


def test_changes_by_cause_add_up_to_what_the_column_moved_by(causes: Causes) -> None:
    rows = table(revision_csv(causes, "补收报表"))
    found: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        found.setdefault((*(row[name] for name in KEY), row["column"]), []).append(row)
    for key, own in found.items():
        old, new = own[0]["old"], own[0]["new"]
        if key[-1] in COUNTS:
            assert sum(int(row["change"]) for row in own) == int(new or 0) - int(old or 0), key
        else:
            assert {row["change"] for row in own} == {""}
    assert list(rows[0]) == [*COLUMNS, "reason"]
    assert {row["reason"] for row in rows} == {"补收报表"}
    assert len(found) == sum(len(one.moved) for one in causes.figures)


def test_every_row_says_its_cause_in_words_and_names_units_files_and_rules(causes: Causes) -> None:
    rows = table(revision_csv(causes, "补收报表"))
    assert all(row["cause_name"] == cause_name(row["cause"]) for row in rows)
    assert cause_name("new_data+rule_change") == "新报数据与规则变化"
    assert {"月报报送率"} == {row["indicator_name"] for row in rows if row["indicator"] == "submission_rate"}
    rule = [row["rules"] for row in rows if row["indicator"] == "drill_frequency" and "rule_change" in row["cause"]]
    assert rule
    assert all("minimum_drills" in text and text.endswith("：1 → 9") for text in rule)


def test_a_new_file_is_told_with_school_month_version_and_hash(arrived: Causes) -> None:
    (row,) = [
        row
        for row in table(revision_csv(arrived, "补收报表"))
        if [row[name] for name in ("indicator", "unit_level", "column")] == ["submission_rate", "county", "numerator"]
    ]
    assert (row["column_name"], row["cause"], row["change"], row["units"]) == (
        "分子",
        "new_data",
        "1",
        f"{SCHOOLS[4]} +1",
    )
    told = rf"{SCHOOLS[4]} 2026-10：（无） → \d+\.xlsx（第1版，sha256 [0-9a-f]{{12}}）"
    assert re.fullmatch(told, row["submissions"])


def test_a_long_list_ends_with_how_many_there_are(arrived: Causes) -> None:
    figure = next(one for one in arrived.figures if one.key[2:4] == ("submission_rate", "county"))
    part = next(one for one in figure.parts if one.cause == "new_data")
    many = tuple(replace(part, unit=("school", f"S{number:03}")) for number in range(400))
    (row,) = {
        row["units"]
        for row in cause_rows(replace(arrived, figures=(replace(figure, parts=many),)))
        if row["column"] == "numerator"
    }
    assert row.startswith("S000 +1；S001 +1")
    assert row.endswith("S009 +1；等400个单位")


def test_the_page_says_reason_causes_files_register_and_rules(causes: Causes) -> None:
    shown = html.unescape(page(causes))
    for text in (
        "更正原因",
        "补收报表",
        "截至 2026年11月5日18:00 的数字",
        "新报数据",
        "更正报表",
        "名册变化",
        "规则变化",
    ):
        assert text in shown
    for file in causes.files:
        assert all(side.sha256 in shown for side in (file.old, file.new) if side)
    assert "月报报送率" in shown
    assert "minimum_drills" in shown
    assert SCHOOLS[5] in shown


def test_no_reader_meets_a_code_of_the_program(causes: Causes) -> None:
    shown = page(causes)
    body = shown[shown.index("<body") :]
    assert not [code for code in CAUSES if code in body]
    assert not [one.key[2] for one in causes.figures if f">{one.key[2]}<" in body]
    assert not re.search(r">(unreported|unmet|met|pending|exempt|nine_year|school_type)<", body)


def test_hostile_names_stay_inert(causes: Causes) -> None:
    """A school, a file, a group and a reason that would act: none opens a tag, none starts a formula."""
    figures = tuple(
        replace(
            one,
            unit_name=HOSTILE,
            parts=tuple(replace(part, name=HOSTILE, unit=(part.unit[0], HOSTILE)) for part in one.parts),
        )
        for one in causes.figures
    )
    files = tuple(
        replace(one, name=HOSTILE, new=one.new and replace(one.new, file_name=HOSTILE)) for one in causes.files
    )
    entries = tuple(replace(one, name=HOSTILE, differing=(("township", HOSTILE, HOSTILE),)) for one in causes.entries)
    hostile = replace(causes, figures=figures, files=files, entries=entries)
    shown = page(hostile, HOSTILE)
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") > 20
    assert "default-src 'none'; style-src 'unsafe-inline'" in html.unescape(shown)
    assert 'http-equiv="Content-Security-Policy"' in shown
    cells = [cell for row in csv.reader(io.StringIO(revision_csv(hostile, HOSTILE), newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith("'=")]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))]


def test_a_release_whose_causes_cannot_be_told_is_still_revised(
    settings: Settings, remake: Callable[..., None]
) -> None:
    """The report of this home has no assessments: the figures are listed, and the page says why nothing more."""
    first = publish(settings, "")
    remake(settings, {"closed_campus": (10, 13), "guards_staffing": (7, 13)})
    second = publish(settings, "补报一校")
    assert {"revision.csv", "revision.html"} <= read_manifest(second).files.keys()
    rows = table((second / "revision.csv").read_text(encoding="utf-8-sig"))
    assert [(row["column"], row["cause"], row["change"]) for row in rows] == [
        ("numerator", "unexplained", "1"),
        ("value", "unexplained", ""),
    ]
    assert say("causes.no_basis") in html.unescape((second / "revision.html").read_text(encoding="utf-8"))
    assert folder_causes(first, second).note == say("causes.no_basis")


def test_the_same_revision_is_written_the_same(causes: Causes, tmp_path: Path) -> None:
    """Nothing of the machine or the clock is in it."""
    moments = list(revised.moments().values())
    again = split(moments[0], moments[-1])
    assert (page(causes), revision_csv(causes, "x")) == (page(again), revision_csv(again, "x"))
    assert str(tmp_path.parent) not in page(causes)


def test_every_column_and_cause_is_documented() -> None:
    """docs/diff.md says of each what it holds, columns in their order."""
    told = (Path(__file__).parents[3] / "docs" / "diff.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `([a-z_]+)` \|", told, re.MULTILINE)
    assert listed == [*CAUSES, *COLUMNS, "reason"]
    assert all(f"| `{cause}` | {cause_name(cause)} |" in told for cause in CAUSES)
