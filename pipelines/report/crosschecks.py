"""What the cross-checks came to: kinds with their schools, and how far visits agree with self-report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipelines.metadata.crosschecks import CrossCheck, confidence_level, cross_checks
from pipelines.metadata.items import items
from pipelines.report import display, marks, wording
from pipelines.report.material import Agreement, FindingRow, Material
from pipelines.report.tables import Cell, Column, Table


@dataclass(frozen=True)
class Kind:
    """One kind of cross-check with its findings in the files that count; `schools` by code, each with its number.

    `answered` is how many of them each school explained.
    """

    check: CrossCheck
    schools: Counter[str]
    answered: Counter[str]

    @property
    def answered_count(self) -> int:
        """Findings of the kind that were explained."""
        return self.answered.total()

    @property
    def row_count(self) -> int:
        """Findings of the kind."""
        return self.schools.total()


def kinds(material: Material) -> tuple[Kind, ...]:
    """Every kind, those without a finding too: that it was looked for is part of the result."""
    found: dict[str, list[FindingRow]] = {}
    for row in material.findings:
        if row.submission_no in material.counted_files:
            found.setdefault(row.code, []).append(row)
    return tuple(
        Kind(
            check,
            Counter(sorted(row.school_code for row in found.get(check.code, ()))),
            Counter(row.school_code for row in found.get(check.code, ()) if row.answer),
        )
        for check in cross_checks()
    )


def summary_text(material: Material, key: str, **annexes: int) -> str:
    """A sentence of the wording with the number of findings, of those that were explained, and of schools.

    `annexes` are the numbers of the annexes that the sentence points to.
    """
    found = kinds(material)
    schools = {code for kind in found for code in kind.schools}
    answered = sum(kind.answered_count for kind in found)
    return wording.text(
        key,
        count=marks.count(sum(kind.row_count for kind in found), "doubts", "rows"),
        answered=marks.count(answered, "doubts", "answered"),
        schools=marks.count(len(schools), "doubts", "schools"),
        **annexes,
    )


def _names(material: Material, codes: Iterable[str], limit: int | None) -> str:
    names = [material.name(code) for code in codes]
    shown = wording.text("bulletin.separator").join(names[:limit])
    if limit is None or len(names) <= limit:
        return shown
    return wording.text("crosschecks.names_more", names=shown, count=len(names))


def kind_table(material: Material, title: str, limit: int | None = None) -> Table:
    """Cross-checks by kind. Grain: one row per kind; schools named up to `limit`."""
    columns = (
        Column(wording.column("check")),
        Column(wording.column("count"), is_number=True),
        Column(wording.column("answered"), is_number=True),
        Column(wording.column("schools"), is_number=True),
        Column(wording.column("named")),
    )
    rows = tuple(
        (
            Cell(wording.name(kind.check), kind.check.code),
            Cell(display.number(kind.row_count), is_number=True),
            Cell(display.number(kind.answered_count), is_number=True),
            Cell(display.number(len(kind.schools)), is_number=True),
            Cell(_names(material, kind.schools, limit)),
        )
        for kind in kinds(material)
    )
    return Table(title, columns, rows, wording.text("crosschecks.note"))


def wilson(agreed: int, compared: int) -> tuple[float, float]:
    """Wilson's interval of a share, at the confidence level of the contract."""
    from scipy.stats import binomtest

    interval = binomtest(agreed, compared).proportion_ci(confidence_level(), method="wilson")
    return round(float(interval.low), 6), round(float(interval.high), 6)


def item_name(row: Agreement) -> str:
    """The item's name in the catalogue; its id where it is no longer there."""
    found = items().get(row.item_id)
    return wording.term(found) if found else row.item_id


def township_name(row: Agreement) -> str:
    """The township's name; a word for none."""
    return row.township or wording.text("crosschecks.no_township")


def agreement_table(material: Material, title: str, level: str) -> Table:
    """Agreement by 'item' or by 'township' with its interval, the whole as last row; no rows without a visit."""
    name: Callable[[Agreement], str] = item_name if level == "item" else township_name
    sums: dict[str, tuple[int, int]] = {}
    for row in material.agreement:
        compared, agreed = sums.get(name(row), (0, 0))
        sums[name(row)] = (compared + row.compared_count, agreed + row.agreed_count)
    if sums:
        compared, agreed = (sum(pair[place] for pair in sums.values()) for place in (0, 1))
        sums |= {wording.text("page.all_units"): (compared, agreed)}
    columns = (
        Column(wording.column(level)),
        Column(wording.column("compared"), is_number=True),
        Column(wording.column("agreed"), is_number=True),
        Column(wording.column("agreement"), is_number=True),
        Column(wording.text("crosschecks.interval", level=f"{confidence_level():.0%}"), is_number=True),
    )
    rows = tuple(_agreement_row(label, *pair) for label, pair in sums.items())
    return Table(title, columns, rows, wording.text("crosschecks.agreement_note"))


def _agreement_row(label: str, compared: int, agreed: int) -> tuple[Cell, ...]:
    low, high = wilson(agreed, compared)
    interval = wording.text("crosschecks.span", low=display.share(low), high=display.share(high))
    shown = (display.number(compared), display.number(agreed), display.rate(agreed, compared), interval)
    return (Cell(label), *(Cell(text, is_number=True) for text in shown))
