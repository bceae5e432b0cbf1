"""Templates: the same small county for every provision that asks for items and nothing else.

Provisions of one template and window share a county, so that they are measured at once; each page shows its own items.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from math import ceil
from typing import Any

from pipelines.metadata.calendars import Window, load_calendar
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import Provision, Standard, names_in
from tests.handbook.drawing import Table, read_table
from tests.handbook.examples import Example, Expected, items_of
from tests.handbook.wording import words

PERIODS = {
    "point": "2026-12",
    "month": "2026-12",
    "quarter": "2026-12",
    "semester": "2027-01",
    "school_year": "2027-08",
    "calendar_year": "2026-12",
}
"""A month in which the window of each kind ends, so that nothing is pending."""
_VERDICT = ("unit_code", "status", "reason")
_DONE = (*_VERDICT, "done", "due")
_DUE = 20


def expanded(standard: Standard, entry: Mapping[str, Any]) -> Iterator[Example]:
    """The examples of an entry that names a template; KeyError for one that there is not."""
    template = _TEMPLATES[entry["template"]]
    provisions = [standard.provision(name) for name in entry["provisions"]]
    for _, found in groupby(sorted(provisions, key=_county), key=_county):
        yield from template(standard, tuple(found), entry)


def _county(provision: Provision) -> tuple[str, str]:
    """Period, and window where dates decide: provisions alike in both share a county."""
    kind = provision.windows["default"]
    return PERIODS[kind], kind if _is_dated(provision) else ""


def _is_dated(provision: Provision) -> bool:
    return any(f"{item}_date" in names_in(provision.meets or "") for item in items_of(provision))


def _window(standard: Standard, provisions: Sequence[Provision]) -> Window:
    """The window of all of them; of several, the one that lies within the others."""
    calendar = load_calendar(standard.calendar)
    kinds = {provision.windows["default"] for provision in provisions}
    windows = (calendar.window(kind, parse_period(PERIODS[kind]).end, "default") for kind in kinds)
    return max(windows, key=lambda window: window.start)


def _example(
    name: str, provisions: Sequence[Provision], register: Table, sheets: dict[str, Table], expected: Sequence[Expected]
) -> Example:
    return Example(
        title=words("templates")[name]["title"],
        note=words("templates")[name].get("note", ""),
        provisions=tuple(provision.id for provision in provisions),
        period=PERIODS[provisions[0].windows["default"]],
        as_of=None,
        register=register,
        sheets=sheets,
        expected=tuple(expected),
    )


def _expected(provisions: Sequence[Provision], columns: Sequence[str], text: str) -> list[Expected]:
    table = read_table(f"{' | '.join(columns)}\n{text}")
    return [Expected("assessments", provision.id, table) for provision in provisions]


def _people(entry: Mapping[str, Any], answering: str) -> tuple[Table, dict[str, Table]]:
    """Register of the answering schools and D, who sends nothing; with `outside`, of N, whom nobody addresses.

    `profile` gives a fact of the profile that makes a school addressed, and what N has instead.
    """
    outside = "N" if "outside" in entry or "profile" in entry else ""
    inside = {"school_type": "primary", **entry.get("inside", {})}
    columns = ("school", *inside)
    rows = [(code, *inside.values()) for code in sorted({*answering, "D"})]
    if outside:
        rows.append((outside, *{**inside, **entry.get("outside", {})}.values()))
    sheets = {}
    for name, (own, other) in entry.get("profile", {}).items():
        sheets["profile"] = Table(("school", name), (*((code, own) for code in answering), (outside, other)))
    return Table(columns, tuple(rows)), sheets


def _items(standard: Standard, provisions: Sequence[Provision], entry: Mapping[str, Any]) -> Iterator[Example]:
    """A answers yes, B one no, C one yes without its date; of dated ones E a day too early and F on the last day."""
    window = _window(standard, provisions)
    dated = _is_dated(provisions[0])
    start, end, early = (day.isoformat() for day in (window.start, window.end, window.start - timedelta(days=1)))
    first = {items_of(provision)[0] for provision in provisions}
    rows: list[tuple[str, str, str, str | None]] = []
    for item in dict.fromkeys(item for provision in provisions for item in items_of(provision)):
        rows.append(("A", item, "yes", start))
        rows.append(("B", item, "no", None) if item in first else ("B", item, "yes", start))
        rows.append(("C", item, "yes", None if item in first else start))
        if dated:
            rows += [("E", item, "yes", early if item in first else start), ("F", item, "yes", end)]
    register, sheets = _people(entry, "ABCEF" if dated else "ABC")
    sheets["checklist"] = Table(("school", "item_id", "answer", "answer_date"), tuple(rows))
    text = "A | met |\nB | unmet |\nC | unreported | blank\nD | unreported | no_submission"
    text += "\nE | unmet |\nF | met |" if dated else ""
    text += "\nN | exempt |" if len(register.rows) > len({row[0] for row in rows}) + 1 else ""
    wanted = _expected(provisions, _VERDICT, text)
    yield _example("dated_items" if dated else "items", provisions, register, sheets, wanted)


def _ratio(standard: Standard, provisions: Sequence[Provision], entry: Mapping[str, Any]) -> Iterator[Example]:
    """A has just enough, B one too few, C nothing due, D sends nothing, F leaves out what was done."""
    for target in dict.fromkeys(provision.target for provision in provisions):
        alike = [provision for provision in provisions if provision.target == target]
        enough = ceil(_DUE * (target or 1))
        numbers = {"A": (enough, _DUE), "B": (enough - 1, _DUE), "C": (0, 0), "F": (None, _DUE)}
        register, sheets = _people(entry, "".join(numbers))
        rows = [
            (code, item, *(None if number is None else str(number) for number in pair))
            for item in dict.fromkeys(items_of(provision)[0] for provision in alike)
            for code, pair in numbers.items()
        ]
        sheets["counts"] = Table(("school", "item_id", "done_count", "due_count"), tuple(rows))
        short = "unmet" if target else "met"
        text = f"""A | met | | {enough} | {_DUE}\nB | {short} | | {enough - 1} | {_DUE}\nC | exempt | | 0 | 0
        D | unreported | no_submission | |\nF | unreported | blank | | {_DUE}"""
        text += "\nN | exempt | | |" if len(register.rows) > len(numbers) + 1 else ""
        figure = read_table(f"numerator | denominator | unreported\n{2 * enough - 1} | {3 * _DUE} | 2")
        figures = [Expected("figures", provision.id, figure) for provision in alike]
        yield _example("ratio", alike, register, sheets, [*_expected(alike, _DONE, text), *figures])


def _counts(standard: Standard, provisions: Sequence[Provision], entry: Mapping[str, Any]) -> Iterator[Example]:
    """A reports none, B two, C leaves the number out, D sends nothing."""
    named = dict.fromkeys(item for provision in provisions for item in items_of(provision))
    rows = [(code, item, number) for item in named for code, number in (("A", "0"), ("B", "2"), ("C", None))]
    register, sheets = _people(entry, "ABC")
    sheets["counts"] = Table(("school", "item_id", "done_count"), tuple(rows))
    table = read_table("value | unreported | status\n2 | 2 | final")
    wanted = [Expected("figures", name, table) for provision in provisions for name in provision.indicators]
    yield _example("counts", provisions, register, sheets, wanted)


def _body_items(standard: Standard, provisions: Sequence[Provision], entry: Mapping[str, Any]) -> Iterator[Example]:
    """Two bodies say yes; one says no; one gives no date; the bureau sends nothing."""
    window = _window(standard, provisions)
    here, there = words("bodies")
    first = {items_of(provision)[0] for provision in provisions}
    named = tuple(dict.fromkeys(item for provision in provisions for item in items_of(provision)))
    day = window.start.isoformat()
    other: dict[str, tuple[str, str | None]] = {"yes": ("yes", day), "no": ("no", None), "undated": ("yes", None)}
    status = {"yes": "met |", "no": "unmet |", "undated": "unreported | blank", "nothing": "unreported | no_submission"}
    for case, verdict in status.items():
        rows: list[tuple[str, str, str, str | None]] = []
        for item in named if case in other else ():
            rows.append((here, item, "yes", day))
            rows.append((there, item, *(other[case] if item in first else ("yes", day))))
        sheets = {"body_checklist": Table(("body", "item_id", "answer", "answer_date"), tuple(rows))} if rows else {}
        wanted = _expected(provisions, _VERDICT[1:], verdict)
        yield _example(f"body_{case}", provisions, _people({}, "A")[0], sheets, wanted)


def _body_counts(standard: Standard, provisions: Sequence[Provision], entry: Mapping[str, Any]) -> Iterator[Example]:
    """Two bodies report three and two."""
    named = dict.fromkeys(item for provision in provisions for item in items_of(provision))
    rows = [(body, item, n) for item in named for body, n in zip(words("bodies"), ("3", "2"), strict=True)]
    sheets = {"body_counts": Table(("body", "item_id", "done_count"), tuple(rows))}
    table = read_table("value | status\n5 | final")
    wanted = [Expected("figures", name, table) for provision in provisions for name in provision.indicators]
    yield _example("body_counts", provisions, _people({}, "A")[0], sheets, wanted)


_TEMPLATES: Mapping[str, Callable[[Standard, Sequence[Provision], Mapping[str, Any]], Iterator[Example]]] = {
    "items": _items,
    "ratio": _ratio,
    "counts": _counts,
    "body_items": _body_items,
    "body_counts": _body_counts,
}
