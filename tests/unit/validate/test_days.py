"""How days, moments and months are read: (text, value, finding code, repair code)."""

from __future__ import annotations

from datetime import date, datetime

import duckdb
import pytest

from pipelines.validate.typing import typing_connection
from tests.unit.validate.readings import check, doubts, made_up

FULL, SERIAL, YEAR = "R-FULLWIDTH", "R-SERIAL-DATE", "R-YEAR-ADDED"
HAN, ORDER, CLOCK = "R-CHINESE-DIGITS", "R-DATE-READ", "R-CLOCK"


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return typing_connection()


def test_dates(connection: duckdb.DuckDBPyConnection) -> None:
    day = date(2026, 10, 9)
    check(
        connection,
        made_up("date"),
        [
            ("2026-10-09", day, None, None),
            ("2024-02-29", date(2024, 2, 29), None, None),
            ("2026-10-9", day, None, None),
            ("2026.10.9", day, None, None),
            ("2026/10/09", day, None, None),
            ("2026年10月9日", day, None, None),
            ("2026年10月9", day, None, None),
            ("2026 年 10 月 9 日", day, None, None),
            ("２０２６年１０月９日", day, None, FULL),
            ("20261009", day, None, None),
            ("2026-10-09 10:20:00", day, None, None),
            ("46304", day, None, SERIAL),
            ("46304.75", day, None, SERIAL),
            ("10月9日", day, None, YEAR),
            ("10月9号", day, None, YEAR),
            ("１０月９日", day, None, YEAR),
            ("2026-02-29", None, "E-DATE", None),
            ("2026-13-01", None, "E-DATE", None),
            ("20261032", None, "E-DATE", None),
            ("1026-10-09", None, "E-DATE", None),
            ("1989-12-31", None, "E-DATE", None),
            ("2100-01-01", None, "E-DATE", None),
            ("99999", None, "E-DATE", None),
            ("2026年10月", None, "E-DATE", None),
            ("13月40日", None, "E-DATE", None),
            ("2026年10月9日至10日", None, "E-DATE-AMBIGUOUS", None),
            ("国庆前", None, "E-DATE", None),
            ("3/5", None, "E-DATE-AMBIGUOUS", None),
            ("10.9", None, "E-DATE-AMBIGUOUS", None),
            ("03/05/2026", None, "E-DATE-AMBIGUOUS", None),
            ("10.8-10.12", None, "E-DATE-AMBIGUOUS", None),
            ("10月8日至12日", None, "E-DATE-AMBIGUOUS", None),
            ("2026-10-08～2026-10-12", None, "E-DATE-AMBIGUOUS", None),
            ("10-25", None, "E-DATE-AMBIGUOUS", None),
            ("26.10.09", None, "E-DATE-AMBIGUOUS", None),
            ("26.10.9", day, None, ORDER),
            ("10.2", None, "E-DATE-AMBIGUOUS", None),
            ("25/10/2026", date(2026, 10, 25), None, ORDER),
            ("10-25-2026", date(2026, 10, 25), None, ORDER),
            ("10/10/2026", date(2026, 10, 10), None, ORDER),
            ("26.10.32", None, "E-DATE", None),
            ("31/02/2026", None, "E-DATE", None),
            ("10.25", date(2026, 10, 25), None, YEAR),
            ("10/25", date(2026, 10, 25), None, YEAR),
            ("26年3月5日", date(2026, 3, 5), None, YEAR),
            ("95年3月5日", date(1995, 3, 5), None, YEAR),
            ("60年3月5日", None, "E-DATE", None),
            ("二〇二六年十月九日", day, None, HAN),
            ("二○二六年十月二十一日", date(2026, 10, 21), None, HAN),
            ("二零二六年十一月三十日", date(2026, 11, 30), None, HAN),
            ("十月十二日", date(2026, 10, 12), None, YEAR),
            ("二〇二六年十三月九日", None, "E-DATE", None),
            ("2026年10月9日（星期五）", day, None, FULL),
            ("2026年10月9日 星期五", day, None, None),
            ("10月9日(周五)", day, None, YEAR),
            ("2026年10月9日上午", day, None, None),
            ("2026年10月9号", day, None, None),
            ("\u200e2026\u200e年\u200e10\u200e月\u200e9\u200e日", None, "E-DATE", None),
            ("\u200e2026-10-09", day, None, None),
            ("10月", None, "E-DATE", None),
            ("0", None, "E-DATE", None),
            ("-5", None, "E-DATE", None),
            ("1900-01-00", None, "E-DATE", None),
            ("٢٠٢٦-١٠-٠٩", None, "E-DATE", None),
        ],
    )


@pytest.mark.parametrize(
    ("middle", "cases"),
    [
        (
            date(2027, 1, 15),
            [("12月31日", date(2026, 12, 31)), ("1月3日", date(2027, 1, 3)), ("7月1日", date(2026, 7, 1))],
        ),
        (
            date(2026, 12, 15),
            [("1月3日", date(2027, 1, 3)), ("12月31日", date(2026, 12, 31)), ("9月1日", date(2026, 9, 1))],
        ),
        (date(2028, 3, 15), [("2月29日", date(2028, 2, 29))]),
        (date(2028, 10, 15), [("2月29日", date(2028, 2, 29))]),
    ],
)
def test_a_date_without_year_is_the_nearest_to_the_month(
    connection: duckdb.DuckDBPyConnection, middle: date, cases: list[tuple[str, date]]
) -> None:
    check(connection, made_up("date"), [(text, value, None, YEAR) for text, value in cases], middle)


@pytest.mark.parametrize("middle", [date(2026, 3, 15), date(2027, 3, 15)])
def test_a_leap_day_in_no_leap_year_is_no_date(connection: duckdb.DuckDBPyConnection, middle: date) -> None:
    check(connection, made_up("date"), [("2月29日", None, "E-DATE", None)], middle)


def test_a_day_that_is_not_certain_names_its_readings(connection: duckdb.DuckDBPyConnection) -> None:
    told = {
        "03/05/2026": "2026-03-05、2026-05-03",
        "3/5": "2026-03-05、2026-05-03",
        "10.2": "2026-02-10、2026-10-02、2026-10-20",
        "26.10.09": "2009-10-26、2026-10-09",
        "10.8-10.12": "10.8、10.12",
        "10月8日至12日": "10月8日、12日",
        "2026-10-08～2026-10-12": "2026-10-08、2026-10-12",
        "2026年10月": None,
    }
    assert dict(doubts(connection, made_up("date"), list(told))) == told
    assert dict(doubts(connection, made_up("month"), ["2026.1"])) == {"2026.1": "2026-01、2026-10"}
    assert dict(doubts(connection, made_up("datetime"), ["10.2 14:30"])) == {"10.2 14:30": told["10.2"]}


def test_moments(connection: duckdb.DuckDBPyConnection) -> None:
    moment = datetime(2026, 10, 15, 10, 20)
    check(
        connection,
        made_up("datetime"),
        [
            ("2026-10-15 10:20", moment, None, None),
            ("2026-10-15 10:20:30", datetime(2026, 10, 15, 10, 20, 30), None, None),
            ("2026/10/15 10:20", moment, None, None),
            ("2026.10.15 10：20", moment, None, None),
            ("2026年10月15日10时20分", moment, None, None),
            ("2026年10月15日 10点20分", moment, None, None),
            ("2026-10-15T10:20", moment, None, None),
            ("46310.430555556", moment, None, SERIAL),
            ("10月15日 10:20", moment, None, YEAR),
            ("10月15日10时20分", moment, None, YEAR),
            ("2026-10-15 上午10:20", moment, None, CLOCK),
            ("2026年10月15日上午10时20分", moment, None, CLOCK),
            ("2026-10-15 下午2:30", datetime(2026, 10, 15, 14, 30), None, CLOCK),
            ("2026-10-15 下午14:30", datetime(2026, 10, 15, 14, 30), None, CLOCK),
            ("2026-10-15 中午12:10", datetime(2026, 10, 15, 12, 10), None, CLOCK),
            ("2026-10-15 晚上8点半", datetime(2026, 10, 15, 20, 30), None, CLOCK),
            ("2026-10-15 凌晨1:05", datetime(2026, 10, 15, 1, 5), None, CLOCK),
            ("2026-10-15 2:30 PM", datetime(2026, 10, 15, 14, 30), None, CLOCK),
            ("2026-10-15 12:05 am", datetime(2026, 10, 15, 0, 5), None, CLOCK),
            ("2026-10-15 10点半", datetime(2026, 10, 15, 10, 30), None, None),
            ("26年10月15日 10:20", moment, None, YEAR),
            ("10.15 10:20", moment, None, YEAR),
            ("10.9 14:30", None, "E-DATE-AMBIGUOUS", None),
            ("2026-10-15 凌晨12:30", None, "E-DATETIME", None),
            ("2026-10-15 上午14:30", None, "E-DATETIME", None),
            ("2026-10-15 晚上1:30", None, "E-DATETIME", None),
            ("2026-10-15 10:75", None, "E-DATETIME", None),
            ("2026-10-15 14时", None, "E-DATETIME", None),
            ("2026-10-15", None, "E-DATETIME", None),
            ("2026-10-15 25:20", None, "E-DATETIME", None),
            ("2026-02-30 10:20", None, "E-DATETIME", None),
            ("10:20", None, "E-DATETIME", None),
            ("2026-10-15 上午", None, "E-DATETIME", None),
            ("46310", None, "E-DATETIME", None),
        ],
    )


def test_months(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("month"),
        [
            ("2026-10", "2026-10", None, None),
            ("2026年10月", "2026-10", None, None),
            ("2026年9月份", "2026-09", None, None),
            ("2026.9", "2026-09", None, None),
            ("202610", "2026-10", None, None),
            ("２０２６年１０月", "2026-10", None, None),
            ("2026-10-31", "2026-10", None, None),
            ("10月", "2026-10", None, YEAR),
            ("10月份", "2026-10", None, YEAR),
            ("2026.1", None, "E-DATE-AMBIGUOUS", None),
            ("2026-13", None, "E-DATE", None),
            ("2026-13-01", None, "E-DATE", None),
            ("2026年", None, "E-DATE", None),
            ("13月", None, "E-DATE", None),
            ("第四季度", None, "E-DATE", None),
        ],
    )


def test_a_month_without_year_is_the_nearest(connection: duckdb.DuckDBPyConnection) -> None:
    check(
        connection,
        made_up("month"),
        [("12月", "2026-12", None, YEAR), ("1月", "2027-01", None, YEAR)],
        date(2027, 1, 15),
    )
