"""A school's and a bureau's workbook with a canary in every place where something can be written."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from pipelines.metadata.contracts import Contract, contract, contracts
from tests.threats.canaries import Canaries, spaced, wide
from tests.unit.extract.books import book_bytes
from tests.unit.validate.examples import faultless

SCHOOL, OTHER = "2153990101", "2153990102"
NAME = "望楹街道第一小学"
STUDENTS = "重点学生名单"
HOSTILE = '=HYPERLINK("http://example.invalid","x")<script>alert(1)</script><img src=x onerror=alert(1)>'


def _texts(canaries: Canaries, table: Contract) -> dict[str, Any]:
    """A row that keeps every rule, with numbers in its texts and names where names stand."""
    row = faultless(table)
    for one in table.fields:
        place = f"{table.name}.{one.name}"
        if one.mask == "phone":
            row[one.name] = canaries.phone(f"{place} restricted")
        elif one.mask:
            row[one.name] = canaries.name(f"{place} restricted")
        elif one.form == "text" and one.name not in ("item_name", "school_name", "township"):
            row[one.name] = (
                f"{HOSTILE if one.name in ('description', 'drill_name') else '甲'}"
                f"{spaced(canaries.phone(place))}、{canaries.identity(place)}乙{canaries.landline(place)}丙"
            )
        elif one.form == "code" and one.pattern is None and one.name != "item_code":
            row[one.name] = canaries.phone(place)
    return row


def _errors(canaries: Canaries, table: Contract) -> dict[str, Any]:
    """A row with a number of a person in every cell that wants something else."""
    row: dict[str, Any] = {}
    for one in table.fields:
        place = f"{table.name}.{one.name} wrong"
        if one.form in ("int", "number", "money"):
            row[one.name] = int(canaries.phone(place))
        elif one.mask:
            row[one.name] = canaries.name(f"{place} restricted")
        else:
            row[one.name] = wide(canaries.identity(place)) if one.form == "enum" else f"问{canaries.phone(place)}"
    return row


def _school_rows(canaries: Canaries, table: Contract) -> list[dict[str, Any]]:
    row = _texts(canaries, table)
    if table.name == "profile":
        return [{**row, "school_code": SCHOOL, "school_name": f"{NAME}{canaries.phone('profile.school_name')}"}]
    return [row, _errors(canaries, table)]


def school_book(canaries: Canaries) -> bytes:
    """The school's .xlsx. Names stand only where they are refused, masked or never read; numbers stand everywhere."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    unread = f"{canaries.name('properties')}{canaries.phone('properties')}"
    book.set_properties(dict.fromkeys(("title", "author", "manager", "company", "comments", "keywords"), unread))
    book.set_custom_property("contact", f"{canaries.name('custom property')}{canaries.phone('custom property')}")
    _cover(book, canaries)
    for table in contracts("school"):
        _school_sheet(book, canaries, table)
    hidden = book.add_worksheet("隐藏")
    hidden.hide()
    hidden.write(0, 0, f"{canaries.name('hidden sheet')}{canaries.phone('hidden sheet')}")
    students = book.add_worksheet(STUDENTS)
    students.write_row(0, 0, ["序号", "姓名", "班级", "监护人电话"])
    students.write_row(1, 0, [1, canaries.name("students refused"), "三（1）班", canaries.phone("students refused")])
    notes = book.add_worksheet(f"便条{canaries.phone('name of an unknown sheet')}")
    notes.write(0, 0, f"{canaries.name('unknown sheet')}的备忘{canaries.identity('unknown sheet')}")
    book.define_name("contact", f'="{canaries.phone("defined name")}"')
    book.close()
    return buffer.getvalue()


def _cover(book: Any, canaries: Canaries) -> None:
    cover = book.add_worksheet("填报说明")
    cover.write_row(0, 0, ["模板版本", f"school-safety;{canaries.phone('cover stamp')}"])
    cover.write_row(1, 0, ["填报人", canaries.name("cover")])


def _school_sheet(book: Any, canaries: Canaries, table: Contract) -> None:
    """A title and a form line, headings, rows, a refused and a foreign column, a comment and a header."""
    suffix = canaries.phone("name of a sheet") if table.name == "drills" else ""
    sheet = book.add_worksheet(f"{table.title}{suffix}")
    sheet.write(0, 0, f"{table.title}（{canaries.landline('title row')}）")
    sheet.write(1, 0, f"填报人：{canaries.name('form line')} {canaries.phone('form line')}")
    width = len(table.fields)
    headings = [one.label for one in table.fields]
    sheet.write_row(2, 0, [*headings, "身份证号", f"联系{canaries.phone('heading')}"])
    for number, row in enumerate(_school_rows(canaries, table), 3):
        sheet.write_row(number, 0, [row.get(one.name, "") for one in table.fields])
        sheet.write(number, width, canaries.identity(f"{table.name} column refused"))
        sheet.write(number, width + 1, f"{canaries.name('foreign column')}{canaries.phone('foreign column')}")
    sheet.write(3, width + 3, f"注：{canaries.phone('note beside')}")
    note = f"{canaries.name('comment')}{canaries.phone('comment')}"
    sheet.write_comment(3, 0, note, {"author": canaries.name("comment author")})
    sheet.set_header(f"&C{canaries.name('header')}")
    sheet.data_validation(3, 1, 3, 1, {"validate": "any", "input_message": canaries.phone("input message")})


def bureau_book(canaries: Canaries) -> bytes:
    """The bureau's .xlsx: a register of two schools, and numbers in all its texts."""
    sheets: dict[str, list[list[Any]]] = {}
    for table in contracts("bureau"):
        rows = [_texts(canaries, table)]
        for row in rows:
            row |= {"school_code": SCHOOL, "school_name": NAME, "township": "望楹街道", "successor_code": ""}
        if table.name == "register":
            row = {**rows[0], "school_code": OTHER, "school_name": "青棂镇中心小学", "township": "青棂镇"}
            rows.append({**row, "note": "", "change_reason": ""})
            for one in rows:
                one |= {"valid_from_date": "2020-09-01", "valid_to_date": ""}
        headings = [one.label for one in table.fields]
        sheets[table.title] = [headings, *([row.get(one.name, "") for one in table.fields] for row in rows)]
    return book_bytes(sheets)


def plain_book() -> bytes:
    """The other school's .xlsx, with nothing to hide and a name that a page must not run."""
    profile = {**faultless(contract("profile")), "school_code": OTHER, "school_name": "青棂镇中心小学"}
    tables = [contract("profile"), contract("drills")]
    rows = {"profile": profile, "drills": {**faultless(contract("drills")), "drill_name": HOSTILE}}
    return book_bytes(
        {
            table.title: [
                [one.label for one in table.fields],
                [rows[table.name].get(one.name, "") for one in table.fields],
            ]
            for table in tables
        }
    )
