"""CSV files are read strictly, in the encodings that people send, and a refusal names the line."""

from __future__ import annotations

import pytest

from pipelines.extract.csv_rows import decode, read_csv
from pipelines.extract.remarks import Rejected
from pipelines.metadata.text import traditional

NAME = "应急演练.csv"
CSV = "演练名称,类别,时间,参加人数\n秋季消防演练,消防,2026-10-14,480\n"
ROWS = [["演练名称", "类别", "时间", "参加人数"], ["秋季消防演练", "消防", "2026-10-14", "480"]]


def refusal(data: bytes) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read_csv(data, NAME)
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, ending: str) -> None:
    assert read_csv(CSV.replace("\n", ending).encode(encoding), NAME) == ROWS


def test_line_ends_may_be_mixed() -> None:
    assert read_csv(CSV.replace("\n", "\r\n", 1).encode() + b"a,b,c,d\re,f,g,h", NAME)[2:] == [[*"abcd"], [*"efgh"]]


def test_big_endian_utf_16_is_told_by_its_mark() -> None:
    assert decode(b"\xfe\xff" + CSV.encode("utf-16-be"), "a.csv") == CSV


@pytest.mark.parametrize("text", [traditional(CSV), "姓名,校区\n王喆,堃元校区\n李淼,本部\n", "a,b\n1,2\n"])
def test_traditional_text_and_rare_names_make_sense(text: str) -> None:
    assert decode(text.encode("gb18030"), NAME) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x81\x81\xff\xfe,\xff",
        b"a,\x80\xff\n",
        "Nom,École\nSéraphine,Collège Molière\nJérôme,Réunion\n".encode("latin-1"),
        "Name,Straße\nJürgen,Mühlstraße\n".encode("latin-1"),
        b"\xff\xfea\x00,\x00b",
        b"\xff\xfe\x00\xd8,\x00",
    ],
    ids=["no bytes of GB18030", "half a character", "French", "German", "half a unit", "lone surrogate"],
)
def test_an_unknown_encoding_is_refused(data: bytes) -> None:
    caught = refusal(data)
    assert (caught.code, caught.detail) == ("E-ENCODING", NAME)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2,3\n", "第2行有3列，应为2列"),
        ("a,b,c\n1,2\n", "第2行有2列，应为3列"),
        ("a,b,c\n1,2,3\n\n4,5\n6,7,8\n", "第4行有2列，应为3列"),
        ('a,b,c\n1,"2\n3",4\n5,6\n7,8,9\n', "第4行有2列，应为3列"),
        ('a,b\n3,4\n"1,2\n5,6\n', "第3行起引号不配对"),
        ('a,b\n"1"x,2\n', "第2行起引号不配对"),
        ("\na;b;c\n2,5;2;3\n", "第2行用分号或制表符分列，应为英文逗号"),
        ("a\tb\n1\t2\n", "第1行用分号或制表符分列，应为英文逗号"),
        ("a,b\n1,\x002\n", "第2行含有空字符（NUL）"),
        ("a,b\n" + "x" * 3_000_000 + ",1\n", "第2行有一格超过131072字"),
    ],
    ids=[
        "longer row",
        "shorter row",
        "after a blank line",
        "after a break in a cell",
        "open quote",
        "text after quote",
        "semicolons",
        "tabs",
        "NUL",
        "huge cell",
    ],
)
def test_a_doubtful_shape_is_refused_by_line(text: str, told: str) -> None:
    caught = refusal(text.encode())
    assert (caught.code, caught.detail, caught.sheet) == ("E-CSV-SHAPE", told, NAME)


def test_a_line_of_very_many_cells_is_refused() -> None:
    assert refusal(b"x," * 1000 + b"x\n").code == "E-EXTENT"
    assert refusal(b"a,b\n" * 30_000).code == "E-EXTENT"


def test_blank_cells_at_the_end_of_a_row_make_it_no_wider() -> None:
    assert read_csv(b"a,b,c\n1,2,3,,\n4,5,6,\n7,8,9\n", NAME) == [[*"abc"], [*"123"], [*"456"], [*"789"]]


def test_a_title_alone_in_its_line_makes_the_table_no_narrower() -> None:
    assert read_csv("2026年10月演练\na,b\n1,2\n".encode(), NAME) == [["2026年10月演练", ""], ["a", "b"], ["1", "2"]]


def test_the_end_mark_of_old_systems_is_no_row() -> None:
    assert read_csv(b"a,b\n1,2\n\x1a", NAME) == [["a", "b"], ["1", "2"]]


def test_quoted_commas_line_breaks_and_blank_lines_are_kept() -> None:
    text = '标题,,\na,b,c\n\n"1,5","第一行\n第二行","说""好"""\n,,\n'
    assert read_csv(text.encode(), "x.csv") == [
        ["标题", "", ""],
        ["a", "b", "c"],
        ["", "", ""],
        ["1,5", "第一行\n第二行", '说"好"'],
        ["", "", ""],
    ]


def test_a_csv_of_blanks_holds_nothing() -> None:
    assert read_csv(b"\n\n", "x.csv") == [[], []]
