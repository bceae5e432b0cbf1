"""The leaders' pages show what the figures say, rank townships fairly and claim nothing without data."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines.report import display, page, wording
from pipelines.report.bounds import bounds, unbounded
from pipelines.report.comparison import township_tables
from pipelines.report.front import LIST_ROWS, county_context, township_context
from pipelines.report.groups import indicator_tables
from pipelines.report.material import Figure, Material
from pipelines.report.naming import figure_status
from pipelines.report.summary import red_list
from pipelines.report.tiles import tiles
from pipelines.report.townships import file_stem, narrowed, townships
from tests.unit.report import county


def rebuilt(material: Material, places: dict[str, str]) -> Material:
    """The county with its schools in those townships."""
    schools = tuple(replace(school, township=places[code]) for code, school in material.schools.items())
    judged = county.assessments(schools)
    return replace(
        material,
        schools={school.school_code: school for school in schools},
        assessments=judged,
        figures=county.figures(schools, judged),
    )


def with_silent_township(material: Material) -> Material:
    """Every school that never reports lies in one township."""
    silent = {row.unit_code for row in material.assessments if row.status == "unreported"}
    return rebuilt(
        material,
        {code: "沉默乡" if code in silent else school.township for code, school in material.schools.items()},
    )


class Marked(HTMLParser):
    """(key, part, text) of every marked element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []
        self._open: list[tuple[str, int]] = []
        self._depth = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("meta", "br", "link", "path", "line", "circle"):
            return
        self._depth += 1
        values = dict(attrs)
        if "data-figure" in values:
            self.found.append((values["data-figure"] or "", values.get("data-part") or "", ""))
            self._open.append((values["data-figure"] or "", self._depth))

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1][1] == self._depth:
            self._open.pop()
        self._depth -= 1

    def handle_data(self, data: str) -> None:
        if self._open:
            key, part, text = self.found[-1]
            self.found[-1] = (key, part, text + data)


def said(figure: Figure) -> set[str]:
    """Everything that a page may show of a figure."""
    rate, fraction = (show(figure.numerator, figure.denominator) for show in (display.rate, display.fraction))
    shares = {display.share(value) for value in (figure.lower, figure.upper, figure.reported_value, figure.value)}
    counts = {
        display.number(value) for value in (figure.met, figure.unmet, figure.pending, figure.unreported, figure.exempt)
    }
    return {rate, f"{rate} {fraction}", figure_status(figure), display.number(figure.value)} | shares | counts


def pages(material: Material) -> Iterator[str]:
    yield page.render(county_context(material), "x")
    for name in townships(material):
        yield page.render(township_context(narrowed(material, name)), "x")


def test_every_marked_number_of_every_page_is_one_of_its_figure(planted: Material) -> None:
    seen = 0
    for text in pages(planted):
        for key, part, shown in Marked(text).found:
            if part in ("", "lower", "upper", *county.STATUSES):
                assert re.sub(r"\s+", " ", shown).strip() in said(planted.by_key[html.unescape(key)]), (
                    key,
                    part,
                    shown,
                )
                seen += 1
    assert seen > 500


def test_a_township_shows_its_own_figures_with_the_countys_beside(planted: Material) -> None:
    name = county.TOWNSHIPS[1]
    shown = township_context(narrowed(planted, name))
    assert [row.figure.unit_code for row in shown["headlines"]] == [name] * 4
    assert {figure.unit_level for figure in shown["beside"].values()} == {"county"}
    assert {school.township for school in narrowed(planted, name).schools.values()} == {name}
    codes = {row[0].beside for row in shown["schools"].rows}
    assert codes == {code for code, school in planted.schools.items() if school.township == name}
    assert shown["schools"].rows[0][0].href.startswith("../schools.html#")


def test_the_township_with_the_most_failures_stands_first_and_the_silent_apart(planted: Material) -> None:
    material = with_silent_township(planted)
    (ordered,), (few, apart) = township_tables(material, file_stem)
    assert not few.rows
    assert [row[0].text for row in apart.rows] == ["沉默乡"]
    *listed, whole = ordered.rows
    assert whole[0].text == wording.text("page.all_units")
    shares = []
    for row in listed:
        figures = [material.by_key[f"{indicator}|township|{row[0].text}"] for indicator in county.RULES]
        shares.append(
            sum(figure.unmet or 0 for figure in figures) / sum(int(figure.denominator or 0) for figure in figures)
        )
    assert shares == sorted(shares, reverse=True) and shares[0] > shares[-1]
    assert len(listed) == len(county.TOWNSHIPS)


def test_a_silent_township_says_so_and_is_not_called_failing(planted: Material) -> None:
    shown = township_context(narrowed(with_silent_township(planted), "沉默乡"))
    assert shown["notice"] == wording.text("page.township_silent")
    assert shown["red_intro"] == wording.text("page.red_unjudged")
    assert not shown["red"].rows


def test_every_rate_stands_in_one_group(planted: Material) -> None:
    found = [row[0].text for table in indicator_tables(planted) for row in table.rows]
    assert len(found) == len(set(found)) == sum(figure.is_rate for figure in planted.county.values())
    training = indicator_tables(planted)[0]
    assert training.title == wording.text("page.groups.training")
    assert [row[3].key for row in training.rows] == ["drill_frequency|county|county"]


def test_bounds_tell_the_silent_from_those_with_time_left(planted: Material) -> None:
    rows = {row.key: row for row in bounds(planted)}
    for key, row in rows.items():
        figure = planted.by_key[key]
        assert (row.lower, row.upper) == (display.share(figure.lower), display.share(figure.upper))
        counts = {piece.tone: piece.count for piece in row.bar}
        assert counts.get("pending", 0) == figure.pending and counts.get("unreported", 0) == figure.unreported
    drills = rows["drill_frequency|county|county"]
    figure = planted.by_key[drills.key]
    assert drills.effect.startswith(f"未报{figure.unreported}所、未到期{figure.pending}所")
    assert next(iter(rows)) == "drill_frequency|county|county"


def test_a_ratio_that_misses_schools_has_no_bound_and_is_named(planted: Material) -> None:
    silent = tuple(
        replace(row, unreported=5, value=0.5, lower=None) if row.indicator == "five_elements" else row
        for row in planted.figures
    )
    assert unbounded(replace(planted, figures=silent, standard=replace(planted.standard, headline=("five_elements",))))


def test_a_tile_says_its_change_on_the_last_period(planted: Material) -> None:
    before = replace(planted.by_key["hazard_closure.overdue|county|county"], value=4)
    told = replace(planted, previous={**planted.previous, before.key: before})
    shown = {tile.key: tile for tile in tiles(told, "hazard")}
    assert (shown[before.key].change, shown[before.key].change_sign) == ("较上月增加2条", 1)
    same = replace(planted, previous={before.key: replace(before, value=6)})
    assert {tile.key: tile for tile in tiles(same, "hazard")}[before.key].change == "与上月持平"
    assert {tile.key: tile for tile in tiles(planted, "hazard")}[before.key].change == ""


def test_a_long_red_list_is_folded_and_loses_no_school(planted: Material) -> None:
    wide = county.material(300)
    shown = county_context(wide)
    assert len(shown["red"].rows) == LIST_ROWS
    assert len(shown["red"].rows) + len(shown["red_rest"].rows) == len(red_list(wide))


def test_a_period_without_data_claims_nothing(planted: Material) -> None:
    bare = replace(planted, figures=(), assessments=(), cases=(), cohort=(), submissions=(), findings=(), previous={})
    shown = county_context(bare)
    assert shown["notice"] == wording.text("page.no_figures")
    assert shown["red_intro"] == wording.text("page.red_unjudged")
    assert (shown["submission"]["rate"], shown["submission"]["note"], shown["red_count"]) == ("", "", "")
    text = page.render(shown, "x")
    for claim in ("page.bounds_none", "page.red_none", "page.silent_none"):
        assert wording.text(claim) not in text


def test_no_message_that_quotes_a_cell_reaches_the_page(planted: Material) -> None:
    quoting = tuple(replace(row, message=f"台账中的“某某人摔伤”{row.code}") for row in planted.findings)
    shown = county_context(replace(planted, findings=quoting))
    assert shown["findings"].rows and shown["queries"].rows
    assert "某某人摔伤" not in page.render(shown, "x")


@pytest.mark.parametrize("count", [1, 7])
def test_few_schools_render(count: int) -> None:
    material = county.material(count)
    texts = list(pages(material))
    assert len(texts) == 1 + len(townships(material))
    assert all(text.startswith("<!doctype html>") for text in texts)


def test_a_rate_without_denominator_says_why(planted: Material) -> None:
    empty = dict.fromkeys(("numerator", "value", "lower", "upper", "reported_value"))
    none = {**empty, "denominator": 0, "status": "not_reached", **dict.fromkeys(county.STATUSES, 0)}
    figures = tuple(
        replace(row, **none) if row.indicator == "closed_campus" else row  # type: ignore[arg-type]
        for row in planted.figures
    )
    text = page.render(county_context(replace(planted, figures=figures)), "x")
    shown = [
        shown.strip() for key, part, shown in Marked(text).found if key == "closed_campus|county|county" and not part
    ]
    assert wording.label("figure_statuses", "not_reached") in shown
    assert not [one for one in shown if "%" in one]


def test_three_hundred_townships_are_cut_in_charts_and_whole_in_the_table() -> None:
    material = county.material(300)
    material = rebuilt(material, {code: f"第{place}乡" for place, code in enumerate(material.schools)})
    shown = county_context(material)
    chart = shown["unit_charts"][0]
    assert len(chart.bars) == 20 and "280" in chart.note
    ordered = shown["townships"][0]
    assert len(ordered.rows) + sum(len(table.rows) for table in shown["townships_apart"]) == 301


def test_pages_of_townships_that_are_gone_are_removed_and_bulletins_kept(planted: Material, tmp_path: Path) -> None:
    folder = tmp_path / "jinghong-2019" / "2026-10"
    (folder / "townships").mkdir(parents=True)
    for name in ("撤并乡.html", "撤并乡.en.html", "撤并乡-report.html"):
        (folder / "townships" / name).write_text("x", encoding="utf-8")
    page.write_page(planted, folder, tmp_path)
    found = {path.name for path in (folder / "townships").iterdir()}
    own = {end: {f"{file_stem(name)}{end}" for name in townships(planted)} for end in (".html", ".en.html")}
    assert found == own[".html"] | own[".en.html"] | {"撤并乡-report.html"}
    for end, names in own.items():
        linked = re.findall(r'href="(townships/[^"]+)"', (folder / f"index{end}").read_text(encoding="utf-8"))
        assert {Path(name).name for name in linked} == names
