"""Tables of an example: read from bars, drawn as Markdown with the headings and words that users know.

A row may end early with one word: `nil` is a nil return, `empty` a sheet without rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from pipelines.metadata.contracts import Field, contract
from pipelines.metadata.items import items
from pipelines.metadata.values import label
from tests.handbook.wording import report_words, words

RETURNS = ("nil", "empty")
ITEM_SHEETS = {"checklist": "school", "counts": "school", "body_checklist": "body", "body_counts": "body"}
"""Sheets of items, and who answers in each; they are drawn with the items down and who answers across."""
_STATUSES = {"assessments": "statuses", "figures": "figure_statuses", "cases": "case_statuses"}


@dataclass(frozen=True)
class Table:
    """Columns and rows as written; None is an empty cell."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str | None, ...], ...]

    def dicts(self) -> list[dict[str, str | None]]:
        """One dictionary a row; a row that ends early has fewer keys."""
        return [dict(zip(self.columns, row, strict=False)) for row in self.rows]

    def where(self, keep: Callable[[dict[str, str | None]], bool]) -> Table:
        """The rows that are kept."""
        kept = zip(self.rows, self.dicts(), strict=True)
        return Table(self.columns, tuple(row for row, named in kept if keep(named)))

    def barred(self) -> str:
        """The table with bars again."""
        return "\n".join(" | ".join(cell or "" for cell in row) for row in (self.columns, *self.rows))


def read_table(text: str) -> Table:
    """The table drawn with bars; ValueError for a row of the wrong length that is no return without rows."""
    lines = [tuple(cell.strip() or None for cell in line.split("|")) for line in text.strip().splitlines()]
    columns = tuple(cell or "" for cell in lines[0])
    rows = [row for row in lines[1:] if any(row)]
    for row in rows:
        if len(row) != len(columns) and row[-1] not in RETURNS:
            raise ValueError(f"{len(row)} cells under {len(columns)} headings: {row}")
    return Table(columns, tuple(rows))


def markdown(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    drawn = [[cell.replace("|", r"\|").replace("\n", " ") for cell in row] for row in (columns, *rows)]
    lines = ["| " + " | ".join(row) + " |" for row in drawn]
    return "\n".join([lines[0], "| " + " | ".join("---" for _ in columns) + " |", *lines[1:]])


@cache
def _fields(sheet: str) -> Mapping[str, Field]:
    return {field.name: field for field in contract(sheet).fields}


def _heading(sheet: str, column: str) -> str:
    field = _fields(sheet).get(column)
    return field.label if field else str(words("columns")[column])


def _cell(sheet: str, column: str, value: str | None) -> str:
    if value is None:
        return ""
    if value in RETURNS:
        return str(words("returns")[value])
    if column == "item_id":
        return items()[value].zh
    if column == "invalid":
        return str(words("separator")).join(_heading(sheet, name) for name in value.split())
    field = _fields(sheet).get(column)
    if field is None:
        return value
    if field.vocabulary:
        return label(field.vocabulary, value) or value
    return label("yes_no", value) or value if field.sql_type == "BOOLEAN" else value


def draw_sheet(sheet: str, table: Table) -> str:
    """A submitted sheet under its own headings."""
    if sheet in ITEM_SHEETS and "item_id" in table.columns:
        return _draw_items(ITEM_SHEETS[sheet], table)
    headings = [_heading(sheet, column) for column in table.columns]
    rows = [[_cell(sheet, column, named.get(column)) for column in table.columns] for named in table.dicts()]
    return markdown(headings, rows)


def _draw_items(who: str, table: Table) -> str:
    answers: dict[tuple[str, str], str] = {}
    columns: dict[str, None] = {}
    rows: dict[str, str] = {}
    for row in table.dicts():
        column = words("separator").join(cell for name in (who, "month") if (cell := row.get(name)))
        item = row.get("item_id") or ""
        columns[column] = None
        rows[item] = items()[item].zh if item in items() else words("returns").get(item, "")
        answers[item, column] = _answer(row)
    first = words("columns")["item_id"]
    drawn = [[name, *(answers.get((item, column), "") for column in columns)] for item, name in rows.items()]
    return markdown([first, *(words("answerers")[who].format(column) for column in columns)], drawn)


def _answer(row: Mapping[str, str | None]) -> str:
    blank = words("returns")["blank"]
    if "answer" in row:
        answer = label("answer", row["answer"])
        if row["answer"] == "yes" and not row.get("answer_date"):
            return str(words("returns")["undated"].format(answer))
        return f"{answer} {row.get('answer_date') or ''}".strip() or str(blank)
    numbers = [row[name] or blank for name in ("done_count", "due_count") if name in row]
    return "/".join(numbers) or str(blank)


def draw_result(result: str, table: Table, names: Sequence[str] = ()) -> str:
    """Expected rows: column names and statuses in the words of the reports; `names` stand before the rows."""
    headings = [words("columns").get(column) or report_words("columns")[column]["zh"] for column in table.columns]
    rows = [[_result_cell(result, column, row.get(column)) for column in table.columns] for row in table.dicts()]
    if names:
        headings = [report_words("columns")["indicator"]["zh"], *headings]
        rows = [[name, *row] for name, row in zip(names, rows, strict=True)]
    return markdown(headings, rows)


def _result_cell(result: str, column: str, value: str | None) -> str:
    if value is None:
        return ""
    if column == "status":
        return str(report_words(_STATUSES[result])[value]["zh"])
    if column == "reason":
        return str(report_words("reasons")[value]["zh"])
    if column in ("unit_level", "stage", "unit_code"):
        levels = report_words("levels")
        found = label("school_type", value) if column == "stage" else levels.get(value, {}).get("zh")
        return found or value
    return value
