"""Pages, Word and workbook agree with figures.csv to the digit, and no number in their sentences goes unmarked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipelines.report import display, marks, wording
from pipelines.report.material import Figure, Material
from pipelines.report.naming import indicator_name
from pipelines.report.townships import file_stem
from tests.unit.report.conftest import Reported
from tests.unit.report.finished import Mark, book_rows, read_book, read_page, read_word
from tests.unit.report.recount import Recount, Row, read_csv

NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
COUNTED = ("numerator", "denominator", "value", "met", "unmet", "pending", "exempt", "unreported")
SHARED = ("lower", "upper", "reported_value")
PARTS = (*COUNTED, *SHARED, "rate", "fraction", "gap", "change", "range", "target", "if_all_met")


def decimal(text: str) -> Decimal | None:
    """A number of a CSV file; None for an empty cell."""
    return Decimal(text) if text else None


def written(row: Row, part: str, material: Material) -> str:
    """What display makes of that part of a row of figures.csv."""
    numerator, denominator = decimal(row["numerator"]), decimal(row["denominator"])
    if part in COUNTED:
        return display.number(decimal(row[part]))
    if part in SHARED:
        return display.share(decimal(row[part]))
    if part == "status":
        return ""
    if part == "rate":
        return display.rate(numerator, denominator) or display.share(decimal(row["value"]))
    if part == "fraction":
        return display.fraction(numerator, denominator)
    if part == "gap":
        return "" if numerator is None or denominator is None else display.number(denominator - numerator)
    if part == "target":
        provision = material.standard.provision(row["indicator"])
        return display.share(provision.target)
    if part == "if_all_met":
        found = None if numerator is None else numerator + (decimal(row["unreported"]) or 0)
        return display.rate(found, denominator)
    if part == "range":
        low, high = (display.permille(decimal(row[end]), 1) for end in ("lower", "upper"))
        return "" if low is None or high is None else display.points(high, low)
    assert part == "change", part
    return _change(row, material)


def _change(row: Row, material: Material) -> str:
    """Points between two rates, the difference of two gaps or of two values, on the previous period."""
    before: Figure | None = material.previous.get("|".join((row["indicator"], row["unit_level"], row["unit_code"])))
    if before is None:
        return ""
    past: Row = {name: "" if value is None else str(value) for name, value in vars(before).items()}
    now, then = (display.permille(decimal(each["numerator"]), decimal(each["denominator"])) for each in (row, past))
    said = [] if now is None or then is None else [display.points(now, then)]
    for part in ("gap", "value"):
        one, other = (written(each, part, material) for each in (row, past))
        said += [display.number(abs(Decimal(one) - Decimal(other)))] if one and other else []
    return " ".join(said)


class Agreement:
    """What a reader needs to check the files of one report."""

    def __init__(self, reported: Reported) -> None:
        self.folder, self.material = reported.folder, reported.material
        rows = read_csv(self.folder / "figures.csv")
        self.rows = {"|".join((row["indicator"], row["unit_level"], row["unit_code"])): row for row in rows}
        self.anchors = {marks.anchor(key): key for key in self.rows}
        self._recounts: dict[str, Recount] = {}

    def recount(self, page: Path) -> Recount:
        """The counts of the page's scope: one township's where it is a township's page, else the whole's."""
        stems = {file_stem(name): name for name in {school.township for school in self.material.schools.values()}}
        stem = page.stem.removesuffix("-report").removesuffix(".en") if page.parent.name == "townships" else ""
        township = stems[stem] if stem else ""
        if township not in self._recounts:
            self._recounts[township] = Recount(self.folder, self.material, township)
        return self._recounts[township]

    def allowed(self, key: str, part: str) -> set[str]:
        """The numbers that may stand in a mark: those of its part and what stands beside a rate, else of any part."""
        row = self.rows[key]
        parts = {"": PARTS, "rate": ("rate", "fraction"), "value": ("value", "rate", "fraction")}.get(part, (part,))
        return {number for one in parts for number in NUMBER.findall(written(row, one, self.material))}

    def wrong(self, mark: Mark, recount: Recount) -> str:
        """What is amiss with a mark; empty where it agrees."""
        shown = NUMBER.findall(mark.text)
        right = {recount.shown(mark.count)} if mark.count else self.allowed(mark.key, mark.part)
        return "" if set(shown) <= right else f"{mark} is not among {sorted(right)}"


@pytest.fixture(scope="module")
def agreement(reported: Reported) -> Agreement:
    """The report of the county of 60 schools."""
    return Agreement(reported)


def pages(folder: Path) -> list[Path]:
    """Every page of the report, also of townships, for auditors, and of proofs."""
    return sorted(folder.rglob("*.html"))


def test_every_marked_number_of_the_pages_is_that_of_figures_csv(agreement: Agreement) -> None:
    wrong, checked = [], 0
    for page in pages(agreement.folder):
        found, _ = read_page(page)
        recount = agreement.recount(page)
        told = [f"{page.name}: {text}" for mark in found if (text := agreement.wrong(mark, recount))]
        wrong += told
        checked += len(found)
    assert wrong == []
    assert checked > 1000


def _bookmark(agreement: Agreement, name: str, text: str, counts: dict[str, str]) -> Mark:
    """The mark that a bookmark's name stands for; KeyError for a name that no key has."""
    kind, digits, *rest = name.split("_")
    anchor, part = f"{kind}_{digits}", "_".join(rest)
    part = next((known for known in PARTS if part == known or re.fullmatch(rf"{known}_\d+", part)), "")
    if kind == "n":
        return Mark(text, count=counts[anchor].removeprefix("count|"))
    assert part, name
    return Mark(text, agreement.anchors[anchor], part)


def test_every_bookmark_of_word_holds_the_number_of_its_key(agreement: Agreement) -> None:
    said = book_rows(read_book(agreement.folder / "tables.xlsx"), wording.text("workbook.sheets.said.name"))
    counts = {row[wording.column("anchor")]: row[wording.column("key")] for row in said}
    bookmarks, _ = read_word(agreement.folder / "report.docx")
    assert all(re.fullmatch(r"[fn]_[0-9a-f]{12}(_[a-z_]+)?(_\d+)?", name) and len(name) <= 40 for name, _ in bookmarks)
    assert len({name for name, _ in bookmarks}) == len(bookmarks) > 200
    recount = agreement.recount(agreement.folder / "report.html")
    found = [_bookmark(agreement, name, text, counts) for name, text in bookmarks]
    assert [text for mark in found if (text := agreement.wrong(mark, recount))] == []


def _row_of(book: Any, anchor: str) -> dict[str, Any]:
    """The row of a figure in the workbook by column title."""
    (place,) = book.defined_names[anchor].destinations
    sheet = book[place[0]]
    (cells,) = sheet[place[1].replace("$", "")]
    return dict(zip([cell.value for cell in sheet[4]], [cell.value for cell in cells], strict=True))


def test_every_figure_of_the_workbook_is_that_of_figures_csv(agreement: Agreement) -> None:
    book = read_book(agreement.folder / "tables.xlsx")
    names = {name for name in book.defined_names if name.startswith("f_")}
    assert names == set(agreement.anchors)
    for anchor, key in agreement.anchors.items():
        row, shown = agreement.rows[key], _row_of(book, anchor)
        for part in COUNTED:
            if part != "value" or row["measure_unit"] != "rate":
                held = shown[wording.column(part)]
                assert held == (float(row[part]) if row[part] else None), (key, part)
        for part in SHARED:
            held = shown[wording.column(part)]
            assert (display.share(held) if held is not None else "") == written(row, part, agreement.material)


# What may stand in a sentence without a mark, and why: none of it is a figure of the period.
UNMARKED = (
    r"\d{4}–\d{4}学年|\d{4}年(\d{1,2}月(\d{1,2}日(\d{2}:\d{2})?)?)?|\d{4}-\d{2}-\d{2}( \d{2}:\d{2}(:\d{2})?)?",  # dates
    r"〔\d{4}〕\d+号",  # document numbers
    r"附件\d+|（第\d+部分，共\d+部分）",  # headings of annexes, and pointers to them
    r"(?m)^\d+\. ",  # numbers of the demands in their list
    r"\d+个工作日",  # deadlines that the demands set, words of report.yaml
    r"(为|达到|显示)100%",  # full, as a measure and not as a rate, words of report.yaml
    r"95%置信区间",  # the confidence level of the contract
    r"近?\d+个月",  # the window of the provision, in its reading
    r"\d{4}-\d{2}|Quarter \d of \d{4}|School year \d{4}–\d{4}",  # periods of the English pages
    r"100% is shown only|95% confidence interval",  # full as a measure, and the confidence level, in English
)


def _unmarked(text: str, names: list[str]) -> str:
    """The text without names, which may hold digits of their own, and without what is listed above."""
    for name in names:
        text = text.replace(name, "")
    for form in UNMARKED:
        text = re.sub(form, "", text)
    return text


def _names(material: Material) -> list[str]:
    """Names of schools, townships, indicators and the document, the longest first."""
    standard = material.standard
    indicators = set()
    for spoken in wording.LANGUAGES:
        with wording.in_language(spoken):
            indicators |= {indicator_name(standard, figure.indicator) for figure in material.figures}
    schools = material.schools.values()
    places = {name for school in schools for name in (school.school_name, school.township, school.school_code)}
    clauses = {provision.clause for provision in standard.provisions}
    return sorted({*indicators, *places, *clauses, standard.name_zh} - {""}, key=len, reverse=True)


def _sentences(folder: Path) -> Iterator[tuple[str, str]]:
    for page in pages(folder):
        # A proof quotes the standard and the SQL that ran: its numbers are theirs, not the period's.
        if page.parent.name != "proof":
            yield from ((page.name, text) for text in read_page(page)[1])
    yield from (("report.docx", text) for text in read_word(folder / "report.docx")[1])


def test_no_sentence_holds_a_number_without_a_mark(agreement: Agreement) -> None:
    names = _names(agreement.material)
    left = [(name, text) for name, text in _sentences(agreement.folder) if re.search(r"\d", _unmarked(text, names))]
    assert left == []


def test_a_wrong_number_and_an_unknown_key_are_found(agreement: Agreement) -> None:
    recount = agreement.recount(agreement.folder / "index.html")
    rate = agreement.material.county["guards_staffing"]
    assert agreement.wrong(Mark("99.9%", rate.key, "rate"), recount)
    assert agreement.wrong(Mark("61", count="files"), recount)
    with pytest.raises(KeyError):
        agreement.wrong(Mark("1", "nowhere|county|county"), recount)
    assert re.search(r"\d", _unmarked("未达标学校7所", _names(agreement.material)))
