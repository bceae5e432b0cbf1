"""How the texts of every form are read: (text, value, finding code, repair code)."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest

from pipelines.extract.column_texts import UNREADABLE
from pipelines.metadata.values import value_rules, vocabulary
from pipelines.validate.typing import typing_connection
from tests.unit.validate.readings import FORMS, check, doubts, made_up, readings

FULL, UNIT, ZEROS, MASKED = "R-FULLWIDTH", "R-UNIT", "R-CODE-ZEROS", "R-PII-MASKED"
DOUBT = "E-NUMBER-AMBIGUOUS"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return typing_connection()


def test_whole_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("int"),
        [
            ("12", 12, None, None),
            (" 12\n", 12, None, None),
            ("0", 0, None, None),
            ("007", 7, None, None),
            ("999999999999999", 999_999_999_999_999, None, None),
            ("12.0", 12, None, None),
            ("-5", -5, None, None),
            ("+5", 5, None, None),
            ("１２", 12, None, FULL),
            ("－５", -5, None, FULL),
            ("3人", 3, None, UNIT),
            ("３ 人次", 3, None, UNIT),
            ("1,234", 1234, None, UNIT),
            ("1,234,567人", 1_234_567, None, UNIT),
            ("12\n人", 12, None, UNIT),
            ("12,34", None, DOUBT, None),
            ("2.5", None, "E-INTEGER", None),
            ("0.95", None, "E-INTEGER", None),
            ("2.5万", None, "E-INTEGER", None),
            ("95%", None, "E-PERCENT", None),
            ("９５％", None, "E-PERCENT", None),
            ("约12人", None, DOUBT, None),
            ("三", None, "E-INTEGER", None),
            ("12-15", None, DOUBT, None),
            ("1e3", None, "E-INTEGER", None),
            ("nan", None, "E-INTEGER", None),
            ("inf", None, "E-INTEGER", None),
            ("12345678901234567890", None, "E-INTEGER", None),
            ("2026-10-09", None, "E-INTEGER", None),
            ("=1+1", None, "E-INTEGER", None),
            ("١٢", None, "E-INTEGER", None),
            ("१२", None, "E-INTEGER", None),
            ("1 200", None, "E-INTEGER", None),
            ("1，200", 1200, None, UNIT),
            ("\u00a012\u00a0", 12, None, None),
            ("\u200e12", 12, None, None),
            ("1.234,5", None, "E-INTEGER", None),
            ("3-5人", None, DOUBT, None),
            ("3～5", None, DOUBT, None),
            ("3人至5人", None, DOUBT, None),
            ("30余", None, DOUBT, None),
            ("30多人", None, DOUBT, None),
            ("30人左右", None, DOUBT, None),
            ("近30", None, DOUBT, None),
            ("人", None, "E-INTEGER", None),
        ],
    )


def test_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("number"),
        [
            ("2.5", Decimal("2.5"), None, None),
            ("2", Decimal(2), None, None),
            ("0.3333", Decimal("0.3333"), None, None),
            ("-1.5", Decimal("-1.5"), None, None),
            ("2.50000", Decimal("2.5"), None, None),
            ("２．５", Decimal("2.5"), None, FULL),
            ("2.5课时", Decimal("2.5"), None, UNIT),
            ("3学时", Decimal(3), None, UNIT),
            ("1,234.5", Decimal("1234.5"), None, UNIT),
            ("2,5", None, DOUBT, None),
            ("0.33333", None, "E-NUMBER", None),
            ("半天", None, "E-NUMBER", None),
            ("50%", None, "E-PERCENT", None),
            (".5", None, "E-NUMBER", None),
        ],
    )


def test_a_number_that_is_not_certain_names_its_readings(connection: duckdb.DuckDBPyConnection) -> None:
    told = {
        "3-5人": "3、5",
        "3人至5人": "3、5",
        "2.5~3": "2.5、3",
        "2,5": "2.5、25",
        "约30人": "30左右",
        "30余": "30左右",
        "30人以上": "30左右",
        "三十": None,
    }
    for form in ("int", "number", "money"):
        assert dict(doubts(connection, made_up(form), list(told))) == told


def test_money(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("money"),
        [
            ("500", Decimal(500), None, None),
            ("500.55", Decimal("500.55"), None, None),
            ("500元", Decimal(500), None, UNIT),
            ("2.5万元", Decimal(25000), None, UNIT),
            ("2.5万", Decimal(25000), None, UNIT),
            ("２.５ 万元", Decimal(25000), None, UNIT),
            ("1,200元", Decimal(1200), None, UNIT),
            ("-3", Decimal(-3), None, None),
            ("999999999万元", Decimal(9_999_999_990_000), None, UNIT),
            ("9999999999999万元", None, "E-NUMBER", None),
            ("3千元", None, "E-NUMBER", None),
            ("5百", None, "E-NUMBER", None),
            ("自筹", None, "E-NUMBER", None),
            ("万元", None, "E-NUMBER", None),
        ],
    )


def test_years(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("year"),
        [
            ("1980", 1980, None, None),
            ("1980年", 1980, None, None),
            ("1980年5月", 1980, None, None),
            ("1980.05", 1980, None, None),
            ("1980-05-01", 1980, None, None),
            ("198005", 1980, None, None),
            ("19800501", 1980, None, None),
            ("80", None, "E-YEAR", None),
            ("1800", None, "E-YEAR", None),
            ("保密", None, "E-YEAR", None),
        ],
    )


def test_codes(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("code"),
        [
            ("YH-01", "yh-01", None, None),
            ("7", "7", None, None),
            ("ＹＨ０１", "yh01", None, FULL),
            ("YH 01", "yh01", None, None),
            ("2026-第3号", "2026-第3号", None, None),
            ("2.15E+09", None, "E-ID-AS-NUMBER", None),
            ("1.2345678901234567e+19", None, "E-ID-AS-NUMBER", None),
        ],
    )


def test_codes_that_lost_their_zeros_are_one_with_those_that_kept_them(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("code"),
        [
            ("001", "1", None, ZEROS),
            ("2", "2", None, None),
            ("０10", "10", None, ZEROS),
            ("0", "0", None, None),
            ("000", "000", None, None),
            ("0a", "0a", None, None),
            ("12E5", "12e5", None, None),
            ("2026001", "2026001", None, None),
        ],
    )


@pytest.mark.parametrize("pair", [("001", "1"), ("01", "001")])
def test_codes_that_a_sheet_holds_with_and_without_zeros_stay_two(
    connection: duckdb.DuckDBPyConnection, pair: tuple[str, str]
) -> None:
    codes = [(text, text, None, "Q-CODE-ZEROS" if text.startswith("0") else None) for text in pair]
    check(connection, made_up("code"), [*codes, ("007", "7", None, ZEROS)])


def test_codes_of_a_given_form(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("code", pattern="^[1-9][0-9]{9}$"),
        [
            ("2153990101", "2153990101", None, None),
            ("２１５３９９０１０１", "2153990101", None, FULL),
            ("215399 0101", "2153990101", None, None),
            ("2.15E+09", None, "E-ID-AS-NUMBER", None),
            ("215399010", None, "E-CODE", None),
            ("21539901012", None, "E-CODE", None),
            ("0153990101", None, "E-CODE", None),
            ("望楹街道第一小学", None, "E-CODE", None),
        ],
    )


def test_yes_and_no(connection: duckdb.DuckDBPyConnection) -> None:
    yes = ["是", "有", "√", "✓", "✔", "1", "Y", "y", "ＹＥＳ", "true", "已落实", "配齐", "已配", "达标", "合格"]
    no = [
        "否",
        "无",
        "無",
        "×",
        "✗",
        "✘",
        "x",
        "X",
        "0",
        "N",
        "no",
        "false",
        "未落实",
        "未落實",
        "没有",
        "沒有",
        "未达标",
    ]
    boxes = [
        ("☑是 □否", True),
        ("☑是 口否", True),
        ("□是 ☑否", False),
        ("口是 ☑否", False),
        ("是☑ 否□", True),
        ("是□ 否☑", False),
        ("是 ☑ 否 口", True),
        ("√是 □否", True),
        ("□是 ■否", False),
        ("☑有 □无", True),
        ("□有\n☑无", False),
    ]
    check(
        connection,
        made_up("bool", "yes_no"),
        [
            *((text, True, None, None) for text in yes),
            *((text, False, None, None) for text in no),
            *((text, value, None, None) for text, value in boxes),
            ("☑是 ☑否", None, "E-BOOLEAN", None),
            ("□是 □否", None, "E-BOOLEAN", None),
            ("基本落实", None, "E-BOOLEAN", None),
            ("是否", None, "E-BOOLEAN", None),
            ("2", None, "E-BOOLEAN", None),
        ],
    )


def test_answers(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("enum", "answer"),
        [
            ("是", "yes", None, None),
            ("无", "no", None, None),
            ("不涉及", "na", None, None),
            ("不適用", "na", None, None),
            ("N/A", "na", None, None),
            ("☑是 □否 □不涉及", "yes", None, None),
            ("□是 □否 ☑不涉及", "na", None, None),
            ("是□ 否□ 不涉及☑", "na", None, None),
            ("部分落实", None, "E-ENUM", None),
            ("☑是 ☑否 □不涉及", None, "E-ENUM", None),
        ],
    )


def test_words_of_a_list(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("enum", "hazard_level"),
        [
            ("重大", "major", None, None),
            ("重大隱患", "major", None, None),
            ("一级", "major", None, None),
            ("１级", "major", None, None),
            ("Ⅰ级", "major", None, None),
            ("I级", "major", None, None),
            ("Ⅲ级", "general", None, None),
            ("重 大", "major", None, None),
            ("重\n大", "major", None, None),
            ("轻微", "general", None, None),
            ("輕微", "general", None, None),
            ("严重", None, "E-ENUM", None),
        ],
    )


@pytest.mark.parametrize("name", sorted(value_rules()["vocabularies"]))
def test_every_written_form_of_a_vocabulary_is_read(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    written = {word: term.value for term in vocabulary(name) for word in (term.zh, *term.synonyms)}
    got = readings(connection, made_up("enum", name), list(written))
    assert got == [(word, value, None, None) for word, value in written.items()]


def test_texts(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("text"),
        [
            ("灭火器过期", "灭火器过期", None, None),
            ("  前后空白　\n", "前后空白", None, None),
            ("２号楼", "２号楼", None, None),
            ("=cmd|' /C calc'!A0", "=cmd|' /C calc'!A0", None, None),
            ("<script>alert(1)</script>", "<script>alert(1)</script>", None, None),
            ("12345678901", "12345678901", None, None),
            ("138001380001", "138001380001", None, None),
        ],
    )


def test_identity_and_mobile_numbers_in_texts_are_masked(connection: duckdb.DuckDBPyConnection) -> None:
    mobile, identity = "*" * 11, "*" * 18
    check(
        connection,
        made_up("text"),
        [
            ("联系13800138000处理", f"联系{mobile}处理", None, MASKED),
            ("13800138000", mobile, None, MASKED),
            ("13800138000、13900139000", f"{mobile}、{mobile}", None, MASKED),
            ("13800138000 13900139000 15000150000", f"{mobile} {mobile} {mobile}", None, MASKED),
            ("１３８００１３８０００", mobile, None, MASKED),
            ("王某532801201001011234摔伤", f"王某{identity}摔伤", None, MASKED),
            ("53280119800101123X", identity, None, MASKED),
            ("53280119800101123x，13800138000", f"{identity},{mobile}", None, MASKED),
        ],
    )


@pytest.mark.parametrize("form", [*FORMS, "enum"])
def test_marks_of_the_missing_are_blank(connection: duckdb.DuckDBPyConnection, form: str) -> None:
    owner = made_up(form, "hazard_level" if form == "enum" else None)
    marks = ["/", "／", "\\", "—", "——", "-", "--", "－", "无", "不详", "暂无", "N/A", "#", "空", " / "]
    check(connection, owner, [(mark, None, None, None) for mark in [*marks, None, "", "  ", "　"]])


@pytest.mark.parametrize(("form", "name"), [("bool", "yes_no"), ("enum", "answer")])
def test_marks_of_a_missing_answer_are_blank(connection: duckdb.DuckDBPyConnection, form: str, name: str) -> None:
    marks = ["/", "／", "\\", "—", "——", "-", "--", "－", "不详", "#", "空"]
    check(connection, made_up(form, name), [(mark, None, None, None) for mark in [*marks, None]])


@pytest.mark.parametrize("form", [*FORMS, "enum", "bool"])
def test_what_the_reader_could_not_know_stays_unknown(connection: duckdb.DuckDBPyConnection, form: str) -> None:
    names = {"enum": "hazard_level", "bool": "yes_no"}
    check(connection, made_up(form, names.get(form)), [(UNREADABLE, None, "UNREADABLE", None)])


def test_a_text_is_read_alike_whatever_stands_beside_it(connection: duckdb.DuckDBPyConnection) -> None:
    owner = made_up("date")
    texts = ["10月9日", "2026-10-09", "3/5", "10月9日", None]
    together = readings(connection, owner, texts)
    assert together == [readings(connection, owner, [text])[0] for text in texts]
