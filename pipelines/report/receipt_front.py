"""The receipt's first sheet: what became of the submission, what to mend first, then everything."""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pipelines.metadata.contracts import EXPLANATIONS, Contract, contract, contracts
from pipelines.metadata.values import vocabulary
from pipelines.report.receipt_content import TOP_COUNT, Fix, Receipt, Remark, SheetCount
from pipelines.report.receipt_paper import Paper, put, put_link, target_of
from pipelines.report.receipt_sheets import LINE_POINTS, lines_of
from pipelines.report.receipt_wording import Section, columns, wording, words

_WIDTHS = (6, 17, 11, 40, 42, 15, 15, 17)
_LAST = len(_WIDTHS) - 1
_VALUE_COLUMN = 2
_LINES_A_ROW = 26
_LIST_LIMIT = 2_000
"""Findings listed one by one; further ones stand coloured and commented on the sheets."""
_ADDRESSES = 6


def draw_front(paper: Paper, receipt: Receipt, names: dict[str, str]) -> None:
    """Fill the first sheet; `names` maps the sheets drawn behind it, for the links."""
    sheet = paper.workbook.add_worksheet(wording().sheet)
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    _set_page(sheet, receipt)
    row = _draw_head(paper, sheet, receipt)
    first, others = receipt.fixes[:TOP_COUNT], receipt.fixes[TOP_COUNT:]
    counts: dict[str, int] = {}
    row = _draw_top(paper, sheet, row, first, names, counts)
    row = _draw_counted(paper, sheet, row, receipt)
    if len(receipt.to_mend) > wording().grouped_above and others:
        row = _draw_fixes(paper, sheet, row, wording().others, others, names, counts)
    _link_counts(paper, sheet, row + 2, receipt.fixes, counts)
    row = _draw_list(paper, sheet, row, wording().listed, receipt.to_mend, names)
    row = _draw_list(paper, sheet, row, wording().corrected, receipt.corrected, names)
    row = _draw_list(paper, sheet, row, wording().answered, receipt.answered, names)
    row = _draw_list(paper, sheet, row, wording().repairs, receipt.repaired, names)
    row = _draw_list(paper, sheet, row, wording().notices, receipt.noticed, names)
    _draw_notes(paper, sheet, row, receipt)
    sheet.activate()


def _set_page(sheet: Worksheet, receipt: Receipt) -> None:
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer(wording().footer_checked if receipt.is_check else wording().footer.format(number=receipt.number))
    sheet.ignore_errors({"number_stored_as_text": "A1:H1048576"})


def _identity(receipt: Receipt) -> list[tuple[str, str]]:
    say, label = wording(), wording().identity
    name = receipt.school_name or say.unknown
    year, _, month = receipt.period.partition("-")
    school = say.school.format(name=name, code=receipt.school_code) if receipt.school_code else name
    received = receipt.received_at.strftime(say.moment)
    if receipt.received_on is not None:
        received = say.received_stated.format(day=receipt.received_on, moment=received)
    lines = [
        (label["number"], receipt.number),
        (label["school"], say.bureau if receipt.origin == "bureau" else school),
        (label["period"], say.month.format(year=year, month=int(month)) if month.isdigit() else receipt.period),
        (label["file"], receipt.file_name),
        (label["received"], received),
    ]
    if receipt.is_check:
        unsaid = {label["number"], label["received"]} | (set() if receipt.school_code else {label["school"]})
        return [line for line in lines if line[0] not in unsaid]
    if receipt.version is not None:
        lines.append((label["version"], say.version.format(version=receipt.version)))
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


def _draw_top(
    paper: Paper, sheet: Worksheet, row: int, fixes: Sequence[Fix], names: dict[str, str], counts: dict[str, int]
) -> int:
    if not fixes:
        put(sheet, row, 0, words(wording().top, "none"), paper.formats["section"])
        return row + 2
    return _draw_fixes(paper, sheet, row, wording().top, fixes, names, counts)


def _draw_fixes(
    paper: Paper,
    sheet: Worksheet,
    row: int,
    section: Section,
    fixes: Sequence[Fix],
    names: dict[str, str],
    counts: dict[str, int],
) -> int:
    """Kinds of problem with their number and some places; `counts` takes the row of each kind's number."""
    style, titles = paper.formats, columns(section)
    row = _heading(paper, sheet, row, words(section, "heading").format(count=len(fixes)), titles)
    sheet.merge_range(row - 1, _LAST - 2, row - 1, _LAST, titles[_LAST - 2], style["head"])
    for number, fix in enumerate(fixes, 1):
        first, sheets = fix.first, wording().list_mark.join(fix.sheets)
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, sheets, style["boxed"])
        counts[first.code] = row
        put(sheet, row, 3, first.message, style["boxed"])
        put(sheet, row, 4, first.mending, style["boxed"])
        for column in range(_LAST - 2, _LAST + 1):
            sheet.write_blank(row, column, None, style["boxed"])
        for column, example in enumerate(fix.examples, _LAST - 2):
            _draw_place(paper, sheet, (row, column), example, names, with_sheet=len(fix.sheets) > 1)
        _fit_row(sheet, row, {1: sheets, 3: first.message, 4: first.mending})
        row += 1
    return row + 1


def _link_counts(paper: Paper, sheet: Worksheet, row: int, fixes: Sequence[Fix], counts: dict[str, int]) -> None:
    """Write how many places each kind has; more than are shown beside it lead to the list, which begins at `row`."""
    listed = 0
    for fix in fixes:
        at = counts.get(fix.first.code)
        if at is not None:
            text = words(wording().top, "count").format(count=fix.count)
            style = paper.formats[f"severity.{fix.first.severity}"]
            if fix.count > max(1, len(fix.examples)) and listed < _LIST_LIMIT:
                target = f"'{wording().sheet}'!A{row + listed + 1}"
                put_link(sheet, at, _VALUE_COLUMN, target, text, style)
            else:
                put(sheet, at, _VALUE_COLUMN, text, style)
        listed += fix.count


def _draw_place(
    paper: Paper, sheet: Worksheet, at: tuple[int, int], remark: Remark, names: dict[str, str], with_sheet: bool = False
) -> None:
    whole = wording().whole_sheet if remark.sheet else ""
    address = remark.cell or (wording().row.format(row=remark.row_no) if remark.row_no else whole)
    text = f"{remark.sheet}!{address}" if with_sheet and remark.sheet else address
    target = target_of(remark, names)
    if target and text:
        put_link(sheet, *at, target, text, paper.formats["link"])
    else:
        put(sheet, *at, text, paper.formats["boxed"])


def _draw_counted(paper: Paper, sheet: Worksheet, row: int, receipt: Receipt) -> int:
    section, style = wording().counted, paper.formats
    heading = words(section, "heading_checked" if receipt.is_check else "heading")
    if receipt.status == "rejected" and not receipt.is_check:
        put(sheet, row, 0, heading, style["section"])
        put(sheet, row + 1, 0, words(section, "nothing"), style["text"])
        return row + 3
    if receipt.is_check and not receipt.sheets:
        return row
    row = _heading(paper, sheet, row, heading, columns(section))
    found = {one.table_name: one for one in receipt.sheets}
    unread: dict[str | None, list[str]] = {}
    for remark in receipt.remarks:
        if remark.standing == "error":
            unread.setdefault(remark.table_name, []).append(remark.cell or "")
    for number, table in enumerate((one for one in contracts(receipt.origin) if one.name != EXPLANATIONS), 1):
        count = found.get(table.name)
        errors = unread.get(table.name, [])
        is_refused = count is None and bool(errors)
        is_needless = table.name in receipt.needless and not (count and (count.kept or count.lost or count.is_nil))
        note = words(section, "refused") if is_refused else _counted_note(table, count, is_needless)
        cells = _unread_note(errors)
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, count.sheet if count else table.title, style["boxed"])
        put(sheet, row, 2, count.kept if count else 0, style["centre"])
        put(sheet, row, 3, note, style["mark.error"] if is_refused or (count and count.lost) else style["boxed"])
        put(sheet, row, 4, cells, style["mark.error"] if cells else style["boxed"])
        _fit_row(sheet, row, {1: count.sheet if count else table.title, 3: note, 4: cells})
        row += 1
    if receipt.undecided:
        names = wording().list_mark.join(receipt.undecided)
        told = words(section, "undecided").format(count=len(receipt.undecided), names=names)
        row = _draw_line(sheet, row, told, paper.formats["mark.error"])
    return row + 1


def _counted_note(table: Contract, count: SheetCount | None, is_needless: bool) -> str:
    """What became of one sheet of the contract; one of what the school has not may be blank or absent."""
    section = wording().counted
    if is_needless:
        return words(section, "needless")
    if count is None:
        return words(section, "absent" if table.required_sheet or table.allows_nil else "absent_optional")
    if count.is_nil:
        return words(section, "nil")
    if count.lost:
        return words(section, "lost").format(lost=count.lost)
    if count.kept:
        return words(section, "whole")
    return words(section, "empty_nil" if table.allows_nil else "empty")


def _unread_note(cells: Sequence[str]) -> str:
    """How many cells of a sheet are unknown, and some of them; empty for none."""
    unique = [cell for cell in dict.fromkeys(cells) if cell]
    if not unique:
        return ""
    key = "unread" if len(unique) <= _ADDRESSES else "unread_more"
    shown = wording().list_mark.join(unique[:_ADDRESSES])
    return words(wording().counted, key).format(count=len(unique), cells=shown)


def _draw_list(
    paper: Paper, sheet: Worksheet, row: int, section: Section, remarks: Sequence[Remark], names: dict[str, str]
) -> int:
    if not remarks:
        return row
    style = paper.formats
    row = _heading(paper, sheet, row, words(section, "heading").format(count=len(remarks)), columns(section))
    boxed = style["boxed"]
    for number, remark in enumerate(remarks[:_LIST_LIMIT], 1):
        put(sheet, row, 0, number, style["centre"])
        put(sheet, row, 1, remark.place, boxed)
        _draw_place(paper, sheet, (row, 2), remark, names)
        beside = remark.answer or remark.mending
        put(sheet, row, 3, remark.message, boxed)
        put(sheet, row, 4, beside, boxed)
        put(sheet, row, 5, remark.value or "", boxed)
        put(sheet, row, 6, remark.reason or wording().severity[_nature(remark)], style[f"severity.{remark.standing}"])
        put(sheet, row, 7, remark.code, boxed)
        texts = {1: remark.place, 3: remark.message, 4: beside, 5: remark.value or "", 7: remark.code}
        _fit_row(sheet, row, texts)
        row += 1
    if len(remarks) > _LIST_LIMIT:
        told = wording().list_cut.format(count=len(remarks) - _LIST_LIMIT)
        row = _draw_line(sheet, row, told, style["wrapped"])
    return row + 1


def _nature(remark: Remark) -> str:
    """The severity, also of a query that was explained; what the bureau corrected is told as such."""
    return remark.standing if remark.standing == "corrected" else remark.severity


def _fit_row(sheet: Worksheet, row: int, texts: dict[int, str]) -> None:
    """Make the row as high as its longest text needs; readers do not all do so by themselves."""
    lines = max(lines_of(text, _WIDTHS[column]) for column, text in texts.items())
    if lines > 1:
        sheet.set_row(row, 2 + LINE_POINTS * min(lines, _LINES_A_ROW))


def _draw_line(sheet: Worksheet, row: int, text: str, style: Format) -> int:
    """One text across the sheet, wrapped; returns the next row."""
    sheet.merge_range(row, 0, row, _LAST, "", style)
    put(sheet, row, 0, text, style)
    sheet.set_row(row, 3 + LINE_POINTS * lines_of(text, sum(_WIDTHS) - 10))
    return row + 1


def _draw_notes(paper: Paper, sheet: Worksheet, row: int, receipt: Receipt) -> None:
    say, style = wording(), paper.formats
    put(sheet, row, 0, say.notes_heading, style["section"])
    row += 1
    reasons = say.list_mark.join(term.zh for term in vocabulary("explanation_reason"))
    for number, note in enumerate(say.notes if receipt.is_drawable else say.notes_rejected, 1):
        text = f"{number}. {note.format(explanations=contract(EXPLANATIONS).title, reasons=reasons)}"
        row = _draw_line(sheet, row, text, style["wrapped"])
    for label, value in (
        (say.identity["fingerprint"], say.fingerprint.format(short=receipt.sha256[:12])),
        (say.identity["fingerprint_full"], receipt.sha256),
    ):
        put(sheet, row, 0, label, style["small"])
        put(sheet, row, _VALUE_COLUMN, value, style["small"])
        row += 1
