"""A report's sheets as the file that arrives: .xlsx from the template, .xls, .ods, or a zip of .csv."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

import xlwt

from pipelines.collect.workbook import Cell, Cover, Formula, Sheet, draw_workbook

SUFFIXES = {"xlsx": ".xlsx", "xls": ".xls", "ods": ".ods", "csv_gbk": ".zip", "csv_bom": ".zip"}
_UNCALCULATED = re.compile(rb"(<c [^>]*><f>[^<]*</f>)<v></v>")
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3"'
)


def write_file(file_format: str, cover: Cover | None, sheets: Sequence[Sheet]) -> bytes:
    """The file's bytes in that format; only .xlsx keeps the template's looks and first sheet."""
    if file_format == "xlsx":
        content = draw_workbook(cover, sheets)
        has_uncalculated = any(_is_uncalculated(cell) for sheet in sheets for line in sheet.rows for cell in line)
        return _drop_results(content) if has_uncalculated else content
    grids = [(sheet.name, _grid(sheet)) for sheet in sheets if not sheet.is_hidden]
    if file_format == "xls":
        return _write_xls(grids)
    if file_format == "ods":
        return _write_ods(grids)
    return _write_csv_zip(grids, "gb18030" if file_format == "csv_gbk" else "utf-8-sig")


def _is_uncalculated(cell: Cell) -> bool:
    return isinstance(cell, Formula) and cell.cached == ""


def _grid(sheet: Sheet) -> list[Sequence[Cell]]:
    return [*sheet.above, sheet.headings, *sheet.rows, *sheet.below]


def _drop_results(content: bytes) -> bytes:
    """Take the stored result out of formulas that have an empty one, as a program that never calculated leaves them."""
    source = zipfile.ZipFile(io.BytesIO(content))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                part = _UNCALCULATED.sub(rb"\1", part)
            out.writestr(zipfile.ZipInfo(entry.filename, _ZIP_TIME), part, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _write_xls(grids: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    moment = xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm")
    for name, grid in grids:
        page = book.add_sheet(name)
        for row, line in enumerate(grid):
            for column, value in enumerate(line):
                if value is None:
                    continue
                if isinstance(value, datetime):
                    page.write(row, column, value, moment)
                elif isinstance(value, date):
                    page.write(row, column, value, day)
                else:
                    page.write(row, column, value.cached if isinstance(value, Formula) else value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _plain(value: Cell) -> str:
    """The cell as a spreadsheet program writes it into a text file."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return str(value.cached) if isinstance(value, Formula) else str(value)


def _write_csv_zip(grids: Sequence[tuple[str, Sequence[Sequence[Cell]]]], encoding: str) -> bytes:
    """One .csv a sheet; with GBK the names are GBK too, without the UTF-8 flag, as Windows writes them."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, grid in grids:
            text = io.StringIO(newline="")
            width = max(len(line) for line in grid)
            rows = ([_plain(value) for value in line] + [""] * (width - len(line)) for line in grid)
            csv.writer(text, lineterminator="\r\n").writerows(rows)
            entry = zipfile.ZipInfo(f"{name}.csv", _ZIP_TIME)
            if encoding == "gb18030":
                entry = _GbkEntry(f"{name}.csv", _ZIP_TIME)
            out.writestr(entry, text.getvalue().encode(encoding), zipfile.ZIP_DEFLATED)
    return target.getvalue()


class _GbkEntry(zipfile.ZipInfo):
    """An archive entry whose name is GBK bytes without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own name
        return self.filename.encode("gb18030"), self.flag_bits


def _write_ods(grids: Sequence[tuple[str, Sequence[Sequence[Cell]]]]) -> bytes:
    tables = "".join(
        f'<table:table table:name="{escape(name)}">'
        + "".join(
            f"<table:table-row>{''.join(map(_ods_cell, line)) or _ods_cell(None)}</table:table-row>" for line in grid
        )
        + "</table:table>"
        for name, grid in grids
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_ODS_NAMES}><office:body>'
        f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(zipfile.ZipInfo("mimetype", _ZIP_TIME), _ODS_TYPE, zipfile.ZIP_STORED)
        out.writestr(zipfile.ZipInfo("content.xml", _ZIP_TIME), content, zipfile.ZIP_DEFLATED)
        out.writestr(zipfile.ZipInfo("META-INF/manifest.xml", _ZIP_TIME), manifest, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _ods_cell(value: Cell) -> str:
    if value is None:
        return "<table:table-cell/>"
    text = escape(_plain(value))
    kind = 'office:value-type="string"'
    if isinstance(value, date):
        stamp = value.isoformat()
        kind = f'office:value-type="date" office:date-value="{stamp}"'
    elif isinstance(value, int | float | Decimal):
        kind = f'office:value-type="float" office:value="{value}"'
    return f"<table:table-cell {kind}><text:p>{text}</text:p></table:table-cell>"
