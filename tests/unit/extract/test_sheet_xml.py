"""The raw XML of a worksheet: how far it reaches, what it hides, however it is written."""

from __future__ import annotations

import pytest

from pipelines.extract.remarks import Rejected, Remark
from pipelines.extract.sheet_xml import (
    look_through,
    plainly_written,
    refuse_entities,
    refuse_extent,
    shortened,
    unreadable_reference,
)
from tests.unit.extract.books import drill_rows, sheet_xml, text_cell

TITLE = "应急演练"
DUPLICATE = ("E-DUP-CELL", "")


def plain(xml: str) -> bytes:
    return plainly_written(xml.encode(), b"<worksheet")


def refused_at(xml: str) -> str:
    with pytest.raises(Rejected) as caught:
        refuse_extent(plain(xml), TITLE)
    assert (caught.value.code, caught.value.sheet) == ("E-EXTENT", TITLE)
    return caught.value.detail


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="XFD2"><v>1</v></c>',
        "<c r='XFD2'><v>1</v></c>",
        '<c\tr="XFD2"\n><v>1</v></c>',
        '<c s="0" r="XFD2"><v>1</v></c>',
        '<c r="XFD2"><f>A1</f></c>',
    ],
)
def test_a_far_cell_is_named_however_it_is_written(cell: str) -> None:
    assert refused_at(sheet_xml(cell)) == "XFD2"


@pytest.mark.parametrize("reference", ["ZZ999", "A20000", "AX20000", "Z9999"])
def test_what_a_table_can_need_passes(reference: str) -> None:
    refuse_extent(plain(sheet_xml(text_cell(reference, "x"))), TITLE)


@pytest.mark.parametrize("reference", ["ZZ2000", "AZ20000", "A20001", "AAA1", "A4571414726"])
def test_what_no_table_needs_is_refused(reference: str) -> None:
    cells = text_cell("A1", "x") + text_cell(reference, "x")
    assert refused_at(sheet_xml(cells)) == reference


def test_formats_far_away_do_not_matter() -> None:
    refuse_extent(plain(sheet_xml('<c r="A1"><v>1</v></c><c r="XFD1048576" s="3"/>')), TITLE)


def test_a_row_without_addresses_is_placed_as_the_parser_places_it() -> None:
    xml = sheet_xml().replace("</sheetData>", f'<row r="30000"><c><v>1</v></c></row>{" " * 32_000}</sheetData>')
    assert refused_at(xml) == "A30000"


@pytest.mark.parametrize("head", ['<?xml version="1.0"?>\n<!-- made by x -->\n<worksheet>', "\ufeff<worksheet>"])
def test_a_plain_prolog_passes(head: str) -> None:
    refuse_entities(head.encode())


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ('<?xml version="1.0"?><!DOCTYPE x><worksheet>', "E-DTD"),
        ("<!-- x --><!DOCTYPE x><worksheet>", "E-DTD"),
        ("no XML at all", "E-CORRUPT"),
    ],
)
def test_other_prologs_are_refused(head: str, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        refuse_entities(head.encode())
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("rows", "filled"),
    [
        ([text_cell("A1", "a") + text_cell("B1", "x") + text_cell("B1", "y")], 2),
        ([text_cell("B1", "x"), text_cell("B1", "y")], 1),
        (["<c><v>1</v></c><c><v>2</v></c>" + text_cell("B1", "y")], 2),
    ],
    ids=["in a row", "in another row", "without an address"],
)
def test_two_cells_of_one_address_are_unknown(rows: list[str], filled: int) -> None:
    assert look_through(plain(sheet_xml(*rows)), TITLE, filled, ()).cells == {(0, 1): DUPLICATE}


def test_cells_out_of_order_are_no_matter() -> None:
    xml = plain(sheet_xml(text_cell("C1", "x") + text_cell("A1", "y")))
    assert look_through(xml, TITLE, 2, ()).cells == {}
    assert look_through(xml, TITLE, 1, ()).cells == {}


def test_what_stands_in_comments_and_texts_is_no_cell() -> None:
    text = '<c r="A1" t="inlineStr"><is><t><![CDATA[<c r="B1" t="e"></c>]]></t></is></c>'
    xml = plain(sheet_xml(f'{text}<!-- <c r="A1"><v>1</v></c> -->'))
    assert look_through(xml, TITLE, 1, ()).cells == {}


def test_a_sheet_in_which_the_parser_sees_more_than_the_gate_is_refused() -> None:
    xml = plain(sheet_xml("<x:c r='A1'><x:v>1</x:v></x:c>"))
    with pytest.raises(Rejected) as caught:
        look_through(xml, TITLE, 1, ())
    assert caught.value.code == "E-CORRUPT"


def test_hidden_rows_and_columns_are_named_as_far_as_content_reaches() -> None:
    xml = drill_rows(*(text_cell(f"A{row}", "x") for row in range(2, 10)), '<c r="A10" s="1"/>')
    for row in (3, 5, 6, 7, 10):
        xml = xml.replace(f'<row r="{row}">', f'<row r="{row}" ht="9" hidden="1">')
    states = ((1, 1, "0"), (2, 3, "true"), (4, 99, "1"))
    columns = "".join(f'<col min="{first}" max="{last}" hidden="{state}"/>' for first, last, state in states)
    sight = look_through(plain(xml.replace("<sheetData>", f"<cols>{columns}</cols><sheetData>")), TITLE, 12, ())
    assert sight.remarks == [
        Remark("W-HIDDEN-ROW", TITLE, "3、5—7"),
        Remark("W-HIDDEN-COLUMN", TITLE, "B—D"),
    ]


def test_percentages_and_formulas_are_told_by_address() -> None:
    cells = '<c r="A1" s="2"><v>0.5</v></c><c r="B1" s="12"><v>1</v></c><c r="C1" s="2"><f>A1</f><v>1</v></c>'
    sight = look_through(plain(sheet_xml(cells)), TITLE, 3, frozenset({b"2"}))
    assert (sight.percents, sight.formulas, sight.cells) == ({(0, 0), (0, 2)}, [(0, 2)], {})


@pytest.mark.parametrize("reference", ["&#0;", "&#x0;", "&#xD800;", "&#xdfff;", "&#55296;", "&#57343;"])
def test_the_cell_with_a_reference_that_no_xml_holds_is_named(reference: str) -> None:
    xml = plain(sheet_xml(text_cell("A1", "&#26223;"), text_cell("C2", f"x{reference}")))
    assert unreadable_reference(xml) == "C2"


def test_other_references_are_fine() -> None:
    assert unreadable_reference(plain(sheet_xml(text_cell("A1", "&#26223;&#x1F600;&#10;&#55295;&#57344;")))) is None


@pytest.mark.parametrize(
    "value",
    ["<v>25<!-- -->6</v>", "<v>25<?x y?>6</v>", "<v><![CDATA[25]]>6</v>", "<v>2<b>5</b></v>", "<v>25</v> <v>6</v>"],
)
def test_a_value_in_pieces_is_refused_since_the_parser_takes_one_of_them(value: str) -> None:
    with pytest.raises(Rejected, match="E-CORRUPT"):
        plain(drill_rows(f'<c r="D2">{value}</c>'))
    with pytest.raises(Rejected, match="E-CORRUPT"):
        plain(f'<x:worksheet xmlns:x="u"><x:c>{value}</x:c>'.replace("<v", "<x:v").replace("</v", "</x:v"))


def test_a_number_written_by_references_is_refused_since_the_parser_leaves_it_out() -> None:
    xml = plain(drill_rows('<c r="D2"><v>&#50;5</v></c>'))
    with pytest.raises(Rejected, match="E-CORRUPT"):
        look_through(xml, TITLE, xml.count(b"</c>") - 1, ())
    text = plain(drill_rows('<c r="D2" t="str"><f>A1</f><v>a&amp;b</v></c>'))
    assert look_through(text, TITLE, text.count(b"</c>"), ()).cells == {}


USUAL = sheet_xml(text_cell("A1", "x"), text_cell("B1", "y")).encode()
CELLS = USUAL[USUAL.index(b"<sheetData>") : USUAL.index(b"</sheetData>")]
VALIDATIONS = b'</sheetData><dataValidations count="1"><dataValidation sqref="A1"/></dataValidations></worksheet>'


def with_tail(tail: bytes) -> bytes:
    return USUAL.partition(b"</sheetData>")[0] + tail


@pytest.mark.parametrize("xml", [USUAL, with_tail(VALIDATIONS)], ids=["bare", "validations"])
def test_a_sheet_is_shortened_to_its_cells(xml: bytes) -> None:
    assert shortened(xml) == b"<worksheet><mergeCells></mergeCells>" + CELLS + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "xml",
    [
        with_tail(b'</sheetData><mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells></worksheet>'),
        with_tail(b'</sheetData><row r="2"/></worksheet>'),
        with_tail(b"</sheetData><a><b></a></worksheet>"),
        with_tail(b"</sheetData>"),
        with_tail(VALIDATIONS.replace(b"A1", b"\xff")),
        with_tail(VALIDATIONS.replace(b"</worksheet>", b"<sheetData></sheetData></worksheet>")),
        USUAL.replace(b"</c>", b"</c></c>", 1),
        USUAL.replace(b"<c ", b"c ", 1),
        USUAL.replace(b"<sheetData>", b'<cols><col min="1" max="1" hidden="1"/></cols><sheetData>'),
        USUAL.replace(b"<sheetData>", b'<dimension ef="A1:B1"/><sheetData>'),
        b'<?xml version="1.0" encoding="GBK"?>' + USUAL[USUAL.index(b"<worksheet") :],
    ],
    ids=[
        "merged",
        "row",
        "ill-formed",
        "cut-off",
        "no-text",
        "twice",
        "ends-twice",
        "unbegun",
        "hidden",
        "dimension",
        "encoding",
    ],
)
def test_a_sheet_that_says_more_or_is_damaged_stays_whole(xml: bytes) -> None:
    assert shortened(xml) == xml
