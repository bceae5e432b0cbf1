"""The school's own sheets, drawn again from the extracted grid with the findings on their cells."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.extract.grids import Grid
from pipelines.findings import CORRECTED
from pipelines.report.receipt_content import RANK, Remark
from pipelines.report.receipt_paper import FILLS, Paper, cells_of, put, safe_text
from pipelines.report.receipt_wording import wording

ROW_LIMIT = 20_000
"""Rows drawn a sheet; a month's sheet of a school has some hundreds."""
COLUMN_LIMIT = 256
_WIDTH_SAMPLE_ROWS = 40
LINE_POINTS = 15
_LINES_A_ROW = 20
_NARROWEST, _WIDEST, _WIDEST_OF_MANY, _MANY_COLUMNS = 7, 28, 16, 14
_HEADING_ROWS = 6
_COMMENTS_A_CELL = 3
_COMMENTS_A_SHEET = 1_000
"""Comments drawn a sheet, the gravest first: each is a drawing that the reader must load; colours stand on all."""
_COMMENT_WIDTH = 300

Marks = dict[tuple[int, int], list[Remark]]


def marks_by_sheet(remarks: Sequence[Remark]) -> dict[str, Marks]:
    """Findings that name a cell: sheet as written, then 0-based (row, column), gravest first."""
    sheets: dict[str, Marks] = {}
    for remark in sorted(remarks, key=lambda one: (RANK[one.standing], one.code != CORRECTED)):
        if not remark.sheet or not remark.address:
            continue
        marks = sheets.setdefault(remark.sheet, {})
        for place in cells_of(remark.address):
            marks.setdefault(place, []).append(remark)
    return sheets


def draw_sheet(paper: Paper, grid: Grid, name: str, marks: Marks) -> None:
    """One sheet: texts as written, at their own addresses, with coloured and commented cells."""
    sheet = paper.workbook.add_worksheet(name)
    rows = [row[:COLUMN_LIMIT] for row in grid.rows[:ROW_LIMIT]]
    widths = _set_page(sheet, rows, paper)
    colours = {severity: paper.formats[f"mark.{severity}"] for severity in RANK}
    plain, line, head = (paper.formats[name] for name in ("plain", "line", "sheet_head"))
    tables = [index for index, row in enumerate(rows) if len(row) - row.count("") > 1]
    heading = max(tables[:_HEADING_ROWS], key=lambda index: len(rows[index]) - rows[index].count(""), default=-1)
    title = next((index for index, row in enumerate(rows[: tables[0] if tables else 0]) if row and row[0]), -1)
    for index, row in enumerate(rows):
        is_table = len(row) - row.count("") > 1
        style = head if index == heading else plain if is_table else line
        if index == title and (index, 0) not in marks:
            _draw_title(paper, sheet, index, row[0], len(widths))
            continue
        lines = _draw_row(sheet, index, row, widths, style, marks, colours)
        if is_table and lines > 1:
            sheet.set_row(index, LINE_POINTS * min(lines, _LINES_A_ROW))
    for number, ((row_index, column), found) in enumerate(marks.items()):
        if row_index < ROW_LIMIT and column < COLUMN_LIMIT:
            _mark(sheet, row_index, column, found, rows, colours, with_comment=number < _COMMENTS_A_SHEET)
    if heading >= 0:
        sheet.freeze_panes(heading + 1, 0)
    if marks:
        gravest = min((found[0].standing for found in marks.values()), key=RANK.__getitem__)
        sheet.set_tab_color(FILLS[gravest])
    if len(grid.rows) > ROW_LIMIT:
        put(sheet, ROW_LIMIT, 0, wording().rows_cut.format(count=len(grid.rows) - ROW_LIMIT), paper.formats["small"])


def _draw_title(paper: Paper, sheet: Worksheet, row: int, text: str, width: int) -> None:
    """The sheet's title in the middle above its table, as schools merge it; the cells stay as they were."""
    put(sheet, row, 0, text, paper.formats["sheet_title"])
    for column in range(1, width):
        sheet.write_blank(row, column, None, paper.formats["sheet_title"])
    sheet.set_row(row, 24)


def _draw_row(
    sheet: Worksheet,
    index: int,
    row: Sequence[str],
    widths: Sequence[int],
    style: Format,
    marks: Marks,
    colours: dict[str, Format],
) -> int:
    """Write the row's texts; returns the lines that the longest of them takes."""
    lines = 1
    for column, text in enumerate(row):
        if text:
            found = marks.get((index, column))
            put(sheet, index, column, text, colours[found[0].standing] if found else style)
            if len(text) * 2 >= widths[column] or "\n" in text:
                lines = max(lines, lines_of(text, widths[column]))
    return lines


def _mark(
    sheet: Worksheet,
    row: int,
    column: int,
    found: Sequence[Remark],
    rows: Sequence[Sequence[str]],
    colours: dict[str, Format],
    with_comment: bool,
) -> None:
    """Colour the cell where it is blank (a text was drawn in colour already) and say what is wrong."""
    if row >= len(rows) or column >= len(rows[row]) or not rows[row][column]:
        sheet.write_blank(row, column, None, colours[found[0].standing])
    if not with_comment:
        return
    text = safe_text(comment_text(found))
    lines = sum(lines_of(part, 44) for part in text.split("\n"))
    sheet.write_comment(row, column, text, {"width": _COMMENT_WIDTH, "height": 12 + 17 * lines, "font_size": 9})


def comment_text(found: Sequence[Remark]) -> str:
    """What is wrong in one cell and how to mend it, gravest first."""
    say = wording()
    parts = []
    for remark in found[:_COMMENTS_A_CELL]:
        parts.append(say.comment.format(severity=say.severity[remark.standing], message=remark.message))
        if remark.answer and remark.standing == "corrected":
            if found[0].code == CORRECTED:  # which tells it already
                continue
            parts.append(say.comment_corrected.format(answer=remark.answer))
        elif remark.answer:
            parts.append(say.comment_answer.format(reason=remark.reason, answer=remark.answer))
        elif remark.mending:
            parts.append(say.comment_hint.format(hint=remark.mending))
    if len(found) > _COMMENTS_A_CELL:
        parts.append(say.comment_more.format(count=len(found) - _COMMENTS_A_CELL))
    return "\n".join(parts)


def display_width(text: str) -> int:
    """Width in half-width characters: a Chinese one is two bytes of GBK and takes two of them."""
    return len(text) if text.isascii() else len(text.encode("gbk", "replace"))


def lines_of(text: str, width: int) -> int:
    """Lines that the text takes in a column of that many half-width characters."""
    return sum(1 + (display_width(part) - 1) // width for part in text.split("\n"))


def _set_page(sheet: Worksheet, rows: Sequence[Sequence[str]], paper: Paper) -> list[int]:
    """Landscape, grid lines from the first row of more than one cell on; returns the columns' widths."""
    tables = [index for index, row in enumerate(rows) if len(row) - row.count("") > 1]
    widths = [_NARROWEST] * max(map(len, rows), default=0)
    widest = _WIDEST if len(widths) <= _MANY_COLUMNS else _WIDEST_OF_MANY
    for index in tables[:_WIDTH_SAMPLE_ROWS]:
        for column, text in enumerate(rows[index]):
            if len(text) * 2 + 2 > widths[column]:
                widths[column] = max(widths[column], min(display_width(text[:widest]) + 2, widest))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    if tables:
        # Always true; a number, since a formula of words costs the library a hundred searches a sheet.
        box = {"type": "formula", "criteria": "1", "format": paper.formats["grid"]}
        sheet.conditional_format(tables[0], 0, len(rows) - 1, len(widths) - 1, box)
        sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{len(rows)}"})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.print_row_col_headers()
    return widths
