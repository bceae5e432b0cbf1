"""docs/handbook/<standard>.md: every provision with what is counted, over whom, since when, and its examples.

`python -m tests.handbook.page` writes the pages of all standards that have examples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from pathlib import Path

from pipelines.metadata.contracts import contract
from pipelines.metadata.items import items
from pipelines.metadata.standards import Provision, Standard, load_standard
from pipelines.metadata.values import label
from tests.handbook.collection import documented, examples
from tests.handbook.drawing import Table, draw_result, draw_sheet, markdown
from tests.handbook.examples import Example, Expected, items_of
from tests.handbook.wording import report_words, words

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "handbook"


def handbook(standard: Standard, found: Sequence[Example]) -> str:
    """The page of a standard as Markdown: what holds for all, a table of the provisions, one section each."""
    said = {name: getattr(standard, name) for name in ("id", "name_zh", "name_en", "document", "issuer", "region")}
    since, spot = _day(standard.effective_from), standard.spot_checks
    said["spot_checks"] = words("spot_checks")[spot.counts].format(source=spot.source)
    head = [
        words("file_note"),
        f"# {words('title').format(**said)}",
        words("title_en").format(**said),
        words("intro").format(since=since, **said),
        f"## {words('contents')}",
        _summary(standard),
    ]
    sections = ["\n\n".join(_section(standard, provision, found)) for provision in standard.provisions]
    return "\n\n".join([*head, *sections]) + "\n"


def section(page: str, provision_id: str) -> str:
    """The part of a page that is about one provision."""
    return page.split(f'<a id="{provision_id}"></a>')[1].split("<a id=", maxsplit=1)[0]


def _day(day: date) -> str:
    return str(words("since_day").format(year=day.year, month=day.month, day=day.day))


def _summary(standard: Standard) -> str:
    rows = [
        (
            str(number),
            f"[{provision.name_zh}](#{provision.id})",
            f"`{provision.id}`",
            provision.clause,
            _population(provision),
            words("kinds_short")[provision.kind],
            _windows(provision),
            words("scoring")[provision.scored],
            _target(provision),
        )
        for number, provision in enumerate(standard.provisions, start=1)
    ]
    return markdown(words("summary_columns"), rows)


def _population(provision: Provision) -> str:
    return str(words("any_of").join(words("populations").get(name, name) for name in provision.population.split(",")))


def _windows(provision: Provision) -> str:
    kinds = words("windows")
    default = kinds[provision.windows["default"]]
    others = (
        words("by_type").format(type=label("school_type", name), window=kinds[kind])
        for name, kind in provision.windows.items()
        if name != "default"
    )
    return str(words("type_separator").join([default, *others]))


def _target(provision: Provision) -> str:
    return str(words("none")) if provision.target is None else f"{provision.target:.0%}"


def _section(standard: Standard, provision: Provision, found: Sequence[Example]) -> Iterator[str]:
    yield f'<a id="{provision.id}"></a>'
    yield f"## {provision.name_zh}　{provision.name_en}"
    yield f"`{provision.id}`"
    yield markdown(words("facts_columns"), list(_facts(standard, provision)))
    if provision.reading:
        yield f"**{words('reading_title')}**　{provision.reading}"
    if provision.parameters:
        yield f"**{words('parameters_title')}**"
        rows = [(f"`{each.name}`", str(each.value), each.source) for each in provision.parameters]
        yield markdown(words("parameters_columns"), rows)
    if lines := "\n".join(_expressions(provision)):
        yield f"<details><summary>{words('expressions_title')}</summary>\n\n```sql\n{lines}\n```\n\n</details>"
    own = [each.about(provision) for each in found if provision.id in each.provisions]
    for number, each in enumerate(own, start=1):
        yield from _example(standard, number, each)


def _expressions(provision: Provision) -> Iterator[str]:
    for each in provision.aggregates:
        where = f" WHERE {each.where}" if each.where else ""
        empty = f", {words('when_empty').format(each.empty)}" if each.empty else ""
        window = "" if each.in_window else f", {words('any_day')}"
        yield " ".join(f"{each.name}: {each.how}({each.value}) FROM {each.of}{where}{window}{empty}".split())
    for name, text in provision.expressions:
        if not name.startswith("aggregates."):
            yield f"{name.removeprefix('let.')}: {' '.join(text.split())}"


def _facts(standard: Standard, provision: Provision) -> Iterator[tuple[str, str]]:
    names = words("facts")
    unit = words("units")[provision.over]
    yield names["clause"], f"{standard.document} {provision.clause}"
    yield names["counted"], f"{words('kinds')[provision.kind]}（{unit}）"
    yield names["population"], _population(provision)
    if provision.applies:
        yield names["applies"], f"`{provision.applies}`"
    yield names["window"], _windows(provision)
    yield names["since"], _since(standard, provision)
    yield names["target"], _target(provision)
    yield names["scored"], words("scoring")[provision.scored]
    roles = [said for name, said in words("roles").items() if {*getattr(standard, name)} & {*provision.indicators}]
    if provision.task:
        due = _day(provision.task.due)
        yield names["task"], words("task").format(no=provision.task.no, body=provision.task.lead_body, due=due)
    if kept := provision.suppress_below:
        yield names["suppressed"], words("suppressed").format(value=kept.value, source=kept.source)
    if roles:
        yield names["role"], words("separator").join(roles)
    if asked := items_of(provision):
        yield names["items"], words("separator").join(f"{items()[item].code} {items()[item].zh}" for item in asked)
    if provision.indicators != (provision.id,):
        called = (f"`{name}` {_statistic_name(standard, name)}" for name in provision.indicators)
        yield names["indicators"], words("separator").join(called)
    if provision.all_of:
        links = (f"[{standard.provision(part).name_zh}](#{part})" for part in provision.all_of)
        yield names["composed"], words("separator").join(links)


def _since(standard: Standard, provision: Provision) -> str:
    since = _day(provision.effective_from or standard.effective_from)
    if provision.effective_to:
        return str(words("until").format(since=since, until=_day(provision.effective_to)))
    return str(words("from_day").format(since=since))


def _example(standard: Standard, number: int, each: Example) -> Iterator[str]:
    yield f"### {words('example_title').format(number=number, title=each.title)}"
    said = words("example_as_of" if each.as_of else "example_period").format(period=each.period, as_of=each.as_of)
    yield f"{said}{each.note}"
    if set(each.register.columns) != {"school", "school_type"} or _types(each) != {"primary"}:
        yield f"**{words('example_register')}**"
        yield draw_sheet("register", each.register)
    for name, table in each.sheets.items():
        yield f"**{contract(name).title}**"
        yield draw_sheet(name, table)
    if not each.sheets:
        yield str(words("no_input"))
    for (result, columns), group in groupby(each.expected, key=lambda wanted: (wanted.result, wanted.table.columns)):
        same = list(group)
        if result == "figures" and len(same) > 1 and all(len(wanted.table.rows) == 1 for wanted in same):
            yield f"**{words('results')[result]}**"
            names = [_statistic_name(standard, wanted.indicator) for wanted in same]
            yield draw_result(result, Table(columns, tuple(wanted.table.rows[0] for wanted in same)), names)
            continue
        for wanted in same:
            yield f"**{_result_title(standard, wanted)}**"
            yield draw_result(result, wanted.table)


def _result_title(standard: Standard, wanted: Expected) -> str:
    name = _statistic_name(standard, wanted.indicator)
    title = str(words("results")[wanted.result])
    return title + words("result_name").format(name) if standard.statistic(wanted.indicator) else title


def _statistic_name(standard: Standard, indicator: str) -> str:
    """What the reports call the statistic; the provision's name for the provision itself."""
    statistic = standard.statistic(indicator)
    if not statistic:
        return standard.provision(indicator).name_zh
    return str(report_words("statistics").get(statistic, {"zh": statistic})["zh"])


def _types(each: Example) -> set[str | None]:
    return {row.get("school_type") for row in each.register.dicts()}


def write_pages() -> None:
    """Write the page of every documented standard."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for standard_id in documented():
        page = handbook(load_standard(standard_id), examples(standard_id))
        (FOLDER / f"{standard_id}.md").write_bytes(page.encode())


if __name__ == "__main__":
    write_pages()
