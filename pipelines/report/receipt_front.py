"""The receipt's first sheet: what became of the submission, what to mend first, then everything."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.worksheet import Worksheet

from pipelines.metadata.contracts import Contract, contract, contracts
from pipelines.report.receipt_content import Fix, Receipt, Remark, SheetCount, top_fixes
from pipelines.report.receipt_paper import Paper, put, put_link, target_of
from pipelines.report.receipt_sheets import LINE_POINTS, lines_of
from pipelines.report.receipt_wording import columns, wording, words

EXPLANATIONS = "explanations"
"""The sheet that says something about other sheets: its rows count nowhere."""
_WIDTHS = (6, 17, 11, 40, 42, 15, 15, 17)
_LAST = len(_WIDTHS) - 1
_VALUE_COLUMN = 2
_LINES_A_ROW = 26


def draw_front(paper: Paper, receipt: Receipt, names: dict[str, str]) -> None:
    """Fill the first sheet; `names` maps the sheets drawn behind it, for the links."""
    sheet = paper.workbook.add_worksheet(wording().sheet)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _set_page(sheet, receipt)
    row = _draw_head(paper, sheet, receipt)
    row = _draw_top(paper, sheet, row, top_fixes(receipt.to_mend), names)
    row = _draw_counted(paper, sheet, row, receipt)
    row = _draw_list(paper, sheet, row, "listed", receipt.to_mend, names)
    row = _draw_list(paper, sheet, row, "answered", receipt.answered, names)
    row = _draw_list(paper, sheet, row, "repairs", receipt.repaired, names)
    _draw_notes(paper, sheet, row, receipt)
    sheet.activate()


def _set_page(sheet: Worksheet, receipt: Receipt) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(wording().footer.format(number=receipt.number))
    sheet.ignore_errors({"number_stored_as_text": "A1:H1048576"})


def _identity(receipt: Receipt) -> list[tuple[str, str]]:
    say, label = wording(), wording().identity
    name = receipt.school_name or say.unknown
    year, _, month = receipt.period.partition("-")
    school = say.school.format(name=name, code=receipt.school_code) if receipt.school_code else name
    lines = [
        (label["number"], receipt.number),
        (label["school"], say.bureau if receipt.origin == "bureau" else school),
        (label["period"], say.month.format(year=year, month=int(month)) if month.isdigit() else receipt.period),
        (label["file"], receipt.file_name),
        (label["received"], receipt.received_at.strftime(say.moment)),
        (label["fingerprint"], say.fingerprint.format(short=receipt.sha256[:12])),
        (label["fingerprint_full"], receipt.sha256),
    ]
    if receipt.is_check:
        return [line for line in lines if line[0] not in (label["number"], label["school"], label["received"])]
    if receipt.version is not None:
        lines.insert(5, (label["version"], say.version.format(version=receipt.version)))
    return lines


def _draw_head(paper: Paper, sheet: Worksheet, receipt: Receipt) -> int:
    style = paper.formats
    put(sheet, 0, 0, wording().title, style["title"])
    sheet.set_row(0, 30)
    status = wording().status[receipt.status_key]
    counted = [one for one in receipt.sheets if one.table_name != EXPLANATIONS]
    kept, lost = sum(one.kept for one in counted), sum(one.lost for one in counted)
    explanations = contract(EXPLANATIONS).title
    advice = status.next.format(kept=kept, lost=lost, explanations=explanations)
    sheet.merge_range(1, 0, 1, _LAST, status.words, style[f"banner.{status.tone}"])
    sheet.set_row(1, 26)
    sheet.merge_range(2, 0, 2, _LAST, advice, style[f"next.{status.tone}"])
    sheet.set_row(2, 6 + LINE_POINTS * lines_of(advice, sum(_WIDTHS) - 10))
    row = 4
    for label, value in _identity(receipt):
        put(sheet, row, 0, label, style["label"])
        put(sheet, row, _VALUE_COLUMN, value, style["strong"] if row == 4 else style["text"])
        row += 1
    return row + 1


def _heading(paper: Paper, sheet: Worksheet, row: int, heading: str, titles: Sequence[str]) -> int:
    put(sheet, row, 0, heading, paper.formats["section"])
    sheet.set_row(row, 20)
    for column, title in enumerate(titles):
        if title:
            put(sheet, row + 1, column, title, paper.formats["head"])
    return row + 2


def _draw_top(paper: Paper, sheet: Worksheet, row: int, fixes: Sequence[Fix], names: dict[str, str]) -> int:
    section, style = wording().top, paper.formats
    if not fixes:
        put(sheet, row, 0, words(section, "none"), style["section"])
        return row + 2
    titles = columns(section)
    row = _heading(paper, sheet, row, words(section, "heading"), titles)
    sheet.merge_range(row - 1, _LAST - 2, row - 1, _LAST, titles[_LAST - 2], style["head"])
    for number, fix in enumerate(fixes, 1):
        first = fix.first
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, wording().list_mark.join(fix.sheets), style["boxed"])
        put(sheet, row, 2, words(section, "count").format(count=fix.count), style[f"severity.{first.severity}"])
        put(sheet, row, 3, first.message, style["boxed"])
        put(sheet, row, 4, first.mending, style["boxed"])
        for column in range(_LAST - 2, _LAST + 1):
            sheet.write_blank(row, column, None, style["boxed"])
        for column, example in enumerate(fix.examples, _LAST - 2):
            _draw_place(paper, sheet, (row, column), example, names, with_sheet=len(fix.sheets) > 1)
        _fit_row(sheet, row, {1: wording().list_mark.join(fix.sheets), 3: first.message, 4: first.mending})
        row += 1
    return row + 1


def _draw_place(
    paper: Paper, sheet: Worksheet, at: tuple[int, int], remark: Remark, names: dict[str, str], with_sheet: bool = False
) -> None:
    address = remark.cell or (wording().row.format(row=remark.row_no) if remark.row_no else "")
    text = f"{remark.sheet}!{address}" if with_sheet and remark.sheet else address
    target = target_of(remark, names)
    if target and text:
        put_link(sheet, *at, target, text, paper.formats["link"])
    else:
        put(sheet, *at, text, paper.formats["boxed"])


def _draw_counted(paper: Paper, sheet: Worksheet, row: int, receipt: Receipt) -> int:
    section, style = wording().counted, paper.formats
    if receipt.is_check:
        return row
    if receipt.status == "rejected":
        put(sheet, row, 0, words(section, "heading"), style["section"])
        put(sheet, row + 1, 0, words(section, "nothing"), style["text"])
        return row + 3
    row = _heading(paper, sheet, row, words(section, "heading"), columns(section))
    found = {one.table_name: one for one in receipt.sheets}
    for number, table in enumerate((one for one in contracts(receipt.origin) if one.name != EXPLANATIONS), 1):
        count = found.get(table.name)
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, count.sheet if count else table.title, style["boxed"])
        put(sheet, row, 2, count.kept if count else 0, style["centre"])
        note = _counted_note(table, count)
        put(sheet, row, 3, note, style["mark.error"] if count and count.lost else style["boxed"])
        _fit_row(sheet, row, {1: count.sheet if count else table.title, 3: note})
        row += 1
    return row + 1


def _counted_note(table: Contract, count: SheetCount | None) -> str:
    """What became of one sheet of the contract."""
    section = wording().counted
    if count is None:
        return words(section, "absent" if table.required_sheet or table.allows_nil else "absent_optional")
    if count.is_nil:
        return words(section, "nil")
    if count.lost:
        return words(section, "lost").format(lost=count.lost)
    if count.kept:
        return words(section, "whole")
    return words(section, "empty_nil" if table.allows_nil else "empty")


def _draw_list(
    paper: Paper, sheet: Worksheet, row: int, name: str, remarks: Sequence[Remark], names: dict[str, str]
) -> int:
    if not remarks:
        return row
    sections = {"listed": wording().listed, "answered": wording().answered, "repairs": wording().repairs}
    section, style = sections[name], paper.formats
    row = _heading(paper, sheet, row, words(section, "heading").format(count=len(remarks)), columns(section))
    boxed = style["boxed"]
    for number, remark in enumerate(remarks, 1):
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, remark.sheet or "", boxed)
        _draw_place(paper, sheet, (row, 2), remark, names)
        beside = remark.answer or remark.mending
        put(sheet, row, 3, remark.message, boxed)
        put(sheet, row, 4, beside, boxed)
        put(sheet, row, 5, remark.value or "", boxed)
        put(sheet, row, 6, remark.reason or wording().severity[remark.severity], style[f"severity.{remark.standing}"])
        put(sheet, row, 7, remark.code, boxed)
        texts = {1: remark.sheet or "", 3: remark.message, 4: beside, 5: remark.value or "", 7: remark.code}
        _fit_row(sheet, row, texts)
        row += 1
    return row + 1


def _fit_row(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    """Make the row as high as its longest text needs; readers do not all do so by themselves."""
    lines = max(lines_of(text, _WIDTHS[column]) for column, text in texts.items())
    if lines > 1:
        sheet.set_row(row, 2 + LINE_POINTS * min(lines, _LINES_A_ROW))


def _draw_notes(paper: Paper, sheet: Worksheet, row: int, receipt: Receipt) -> None:
    notes = wording().notes_rejected if receipt.status == "rejected" else wording().notes
    put(sheet, row, 0, wording().notes_heading, paper.formats["section"])
    for offset, note in enumerate(notes, 1):
        text = f"{offset}. {note.format(explanations=contract(EXPLANATIONS).title)}"
        put(sheet, row + offset, 0, text, paper.formats["text"])
