"""The database: statuses, versions and findings of what was received, and the whole of it or none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

import duckdb
import pytest

from pipelines.errors import UsageError
from pipelines.extract import stage as extract
from pipelines.load import stage as load
from pipelines.load.database import _SQL, _contents, _unknown_cells_sql, build_database, open_as_of, open_database
from pipelines.metadata.contracts import contracts
from pipelines.metadata.periods import parse_period
from pipelines.receive.inbox import receive
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.sql import sql_text
from pipelines.validate import stage as validate
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, Sheets, book_bytes

FIRST, SECOND, UNKNOWN = "2153990101", "2153990102", "2153990999"
REGISTER: Sheets = {
    "学校名册": [
        ["学校标识码", "学校名称", "办学类型", "生效日期"],
        [FIRST, "望楹街道第一小学", "小学", "2019-09-01"],
        [SECOND, "青棂镇中心小学", "小学", "2019-09-01"],
    ],
    "任务清单": [["任务编号", "任务内容", "牵头单位"]],
}


def school(code: str, name: str, students: Any = 500, drill: str = "消防演练") -> bytes:
    """A month of one school."""
    sheets: Sheets = {
        "学校概况": [["学校标识码", "学校名称", "在校生数", "教职工数", "寄宿生数"], [code, name, students, 40, 0]],
        "落实清单": [["项目", "是否落实"], ["设施设备采购认证产品", "否"]],
        "统计数据": [["项目", "完成数"], ["每天课后安全提醒（天）", 5]],
        **{sheet: [[heading, "姓名" if sheet == "保安人员" else "类别"], ["无"]] for sheet, heading in NIL.items()},
        "应急演练": [DRILL_HEADINGS, [drill, *DRILL[1:]]],
    }
    return book_bytes(sheets)


NIL = {
    contract.title: next(field.label for field in contract.fields if field.label not in ("姓名", "类别"))
    for contract in contracts("school")
    if contract.required_sheet and contract.allows_nil
}
BLANK = book_bytes(
    {
        "学校概况": [["学校标识码", "学校名称", "在校生数"], [FIRST, "望楹街道第一小学", ""]],
        "应急演练": [DRILL_HEADINGS],
    }
)
GOOD = school(FIRST, "望楹街道第一小学")
# In order of receipt: file name, content, month sent for.
DELIVERIES: list[tuple[str, bytes, str]] = [
    ("教育局.xlsx", book_bytes(REGISTER), "2026-10"),
    ("一小.xlsx", GOOD, "2026-10"),
    ("一小(1).xlsx", GOOD, "2026-10"),
    ("一小空.xlsx", BLANK, "2026-10"),
    ("照片.xlsx", b"%PDF-1.7", "2026-10"),
    ("外县.xlsx", school(UNKNOWN, "外县小学"), "2026-10"),
    ("青棂.xlsx", school(SECOND, "青苓小学", students="约五百"), "2026-10"),
    ("一小补.xlsx", school(FIRST, "望楹街道第一小学", drill="地震演练"), "2026-10"),
    ("一小11.xlsx", GOOD, "2026-11"),
]
STATUSES = [
    (1, "bureau", None, 1, "accepted", None, None),
    (2, "school", FIRST, 1, "accepted", None, None),
    (3, "school", None, None, "duplicate", None, 2),
    (4, "school", FIRST, None, "rejected", "E-EMPTY-TEMPLATE", None),
    (5, "school", None, None, "rejected", "E-TYPE", None),
    (6, "school", UNKNOWN, None, "rejected", "E-SCHOOL-UNKNOWN", None),
    (7, "school", SECOND, 1, "accepted_with_findings", None, None),
    (8, "school", FIRST, 2, "accepted", None, None),
    (9, "school", FIRST, 1, "accepted", None, None),
]


def settings(home: Home) -> Settings:
    return Settings(home, "jinghong-2019", parse_period("2026-10"))


def run(home: Home) -> None:
    for stage in (extract, validate, load):
        stage.run(settings(home))


def deliver(home: Home, inbox: Path, deliveries: list[tuple[str, bytes, str]], first: int = 1) -> None:
    """Each delivery arrives alone, an hour after the last."""
    for number, (name, content, period) in enumerate(deliveries, first):
        folder = inbox / str(number)
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
        receive(home, folder, period, partial(datetime, 2026, 11, 2, number))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that has run once over every delivery. Not to be changed."""
    folder = tmp_path_factory.mktemp("loaded")
    home = Home(folder / "home")
    deliver(home, folder / "inbox", DELIVERIES)
    run(home)
    return home


@pytest.fixture
def own(loaded: Home, tmp_path: Path) -> Home:
    """A copy of it to spoil."""
    copytree(loaded.root, tmp_path / "home")
    return Home(tmp_path / "home")


def rows(home: Home, statement: str) -> list[Any]:
    with open_database(home) as connection:
        return list(connection.execute(statement).fetchall())


def test_every_received_file_has_one_status(loaded: Home) -> None:
    statement = """SELECT submission_no, origin, school_code, version, status, reject_code, duplicate_of
    FROM core_submissions ORDER BY submission_no"""
    assert rows(loaded, statement) == STATUSES


def test_a_submission_carries_what_the_ledger_says_of_it(loaded: Home) -> None:
    statement = """SELECT file_name, sent_period, period, received_at, length(sha256)
    FROM core_submissions ORDER BY submission_no"""
    assert rows(loaded, statement) == [
        (name, period, period, datetime(2026, 11, 2, number), 64)
        for number, (name, _, period) in enumerate(DELIVERIES, 1)
    ]


def test_rows_are_those_of_accepted_files_only(loaded: Home) -> None:
    assert rows(loaded, "SELECT submission_no, drill_name FROM core_drills ORDER BY submission_no") == [
        (2, "消防演练"),
        (7, "消防演练"),
        (8, "地震演练"),
        (9, "消防演练"),
    ]
    assert rows(loaded, "SELECT DISTINCT submission_no FROM core_sheets ORDER BY 1") == [(1,), (2,), (7,), (8,), (9,)]


def test_a_refused_resubmission_does_not_displace_an_accepted_one(loaded: Home) -> None:
    """Received after the first and before the second good one, the blank template takes no version."""
    assert rows(
        loaded,
        f"""SELECT max_by(submission_no, received_at) FROM core_submissions
        WHERE school_code = '{FIRST}' AND period = '2026-10' AND version IS NOT NULL
            AND received_at <= TIMESTAMP '2026-11-02 05:00:00'""",
    ) == [(2,)]


def test_findings_of_the_register_are_added(loaded: Home) -> None:
    statement = """SELECT submission_no, severity, code, sheet, row_no, cell, field, value, message FROM core_findings
    WHERE code IN ('E-SCHOOL-UNKNOWN', 'Q-NAME-DIFFERS') ORDER BY finding_no"""
    assert rows(loaded, statement) == [
        (
            6,
            "fatal",
            "E-SCHOOL-UNKNOWN",
            "学校概况",
            2,
            "A2",
            "school_code",
            UNKNOWN,
            f"学校标识码{UNKNOWN}不在本局学校名册内",
        ),
        (
            7,
            "query",
            "Q-NAME-DIFFERS",
            "",
            None,
            "",
            "school_name",
            "青苓小学",
            "学校名称“青苓小学”与名册中的“青棂镇中心小学”不同，以学校标识码为准",
        ),
    ]


def test_a_code_that_only_the_cover_states_has_no_cell(own: Home, tmp_path: Path) -> None:
    sheets: Sheets = {
        "填报说明": [["填报月份", "2026-10"], ["学校标识码", UNKNOWN]],
        "学校概况": [["学校名称", "在校生数"], ["外县小学", 500]],
        "落实清单": [["项目", "是否落实"], ["设施设备采购认证产品", "否"]],
    }
    book = book_bytes(sheets)
    deliver(own, tmp_path / "inbox", [("封面.xlsx", book, "2026-10")], first=10)
    run(own)
    statement = "SELECT submission_no, value, sheet, row_no, cell FROM core_findings WHERE code = 'E-SCHOOL-UNKNOWN'"
    assert rows(own, statement)[1:] == [(10, UNKNOWN, "", None, "")]


def test_counts_of_a_submission_are_those_of_its_findings(loaded: Home) -> None:
    counted = rows(
        loaded,
        """SELECT submission_no, error_count, query_count, repair_count FROM core_submissions
        WHERE status NOT IN ('accepted', 'duplicate') ORDER BY 1""",
    )
    found = rows(
        loaded,
        """SELECT submission_no, count(*) FILTER (severity IN ('fatal', 'error')), count(*) FILTER (severity = 'query'),
            count(*) FILTER (severity = 'repair')
        FROM core_findings GROUP BY submission_no HAVING submission_no IN (4, 5, 6, 7) ORDER BY 1""",
    )
    assert counted == found
    assert counted[-1] == (7, 1, 1, 0)


def test_a_sheet_knows_how_many_of_its_cells_cannot_be_read(loaded: Home) -> None:
    found = rows(loaded, "SELECT submission_no, table_name, unknown_cell_count FROM core_sheets")
    assert {row for row in found if row[2]} == {(7, "profile", 1)}
    assert all(count is not None for _, _, count in found)


def test_unreadable_cells_are_counted_in_the_sheets_of_every_contract() -> None:
    """The explanations among them; cells of another file are not."""
    names = [contract.name for contract in contracts()]
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE core_submissions AS SELECT 1 AS submission_no, 1 AS version")
        connection.execute("CREATE TABLE sheet_counts (submission_no BIGINT, table_name VARCHAR)")
        for number, name in enumerate(names):
            connection.execute("INSERT INTO sheet_counts VALUES (1, ?)", [name])
            connection.execute(f"CREATE TABLE gathered_{name} (submission_no BIGINT, invalid_fields VARCHAR[])")
            unread = [f"field_{place}" for place in range(number)]
            connection.execute(f"INSERT INTO gathered_{name} VALUES (1, ?), (1, ['a']), (2, ['b'])", [unread])
        connection.execute(f"CREATE TEMP TABLE unknown_cells AS {_unknown_cells_sql()}")
        connection.execute(sql_text(_SQL, "core_sheets"))
        found = connection.execute("SELECT table_name, unknown_cell_count FROM core_sheets").fetchall()
    assert "explanations" in names
    assert dict(found) == {name: number + 1 for number, name in enumerate(names)}


def test_an_invalid_cell_is_null_and_named(loaded: Home) -> None:
    statement = "SELECT submission_no, student_count, invalid_fields FROM core_profile ORDER BY submission_no"
    assert rows(loaded, statement) == [(2, 500, []), (7, None, ["student_count"]), (8, 500, []), (9, 500, [])]


def test_findings_are_numbered_in_order_without_gaps(loaded: Home) -> None:
    numbers = rows(loaded, "SELECT finding_no, submission_no FROM core_findings ORDER BY finding_no")
    assert [number for number, _ in numbers] == list(range(1, len(numbers) + 1))
    assert [submission for _, submission in numbers] == sorted(submission for _, submission in numbers)


def test_every_contract_has_its_table_with_its_columns(loaded: Home) -> None:
    with open_database(loaded) as connection:
        for contract in contracts():
            described = connection.execute(f"DESCRIBE {contract.table}").fetchall()
            assert [(row[0], row[1]) for row in described] == list(contract.core_columns)


def test_without_a_register_every_school_is_taken(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    deliver(home, tmp_path / "inbox", [("外县.xlsx", school(UNKNOWN, "外县小学"), "2026-10")])
    run(home)
    assert rows(home, "SELECT status, version FROM core_submissions") == [("accepted", 1)]


def test_a_database_is_built_where_nothing_was_received(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.data.mkdir()
    assert rows(home, "SELECT count(*) FROM core_submissions") == [(0,)]


def contents(home: Home) -> dict[str, Any]:
    """What load noted of its tables."""
    noted: dict[str, Any] = json.loads((home.stage_dir("load") / "tables.json").read_text(encoding="utf-8"))
    return noted


def test_a_second_build_holds_the_same(own: Home) -> None:
    before = contents(own)
    build_database(own)
    assert contents(own) == before


@contextmanager
def unlocked(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home.database)) as connection:
        yield connection


def lose_a_row(home: Home) -> None:
    with unlocked(home) as connection:
        connection.execute("DELETE FROM core_drills WHERE submission_no = 2")


def change_a_value(home: Home) -> None:
    with unlocked(home) as connection:
        connection.execute("UPDATE core_profile SET student_count = 1 WHERE submission_no = 2")


def lose_a_table(home: Home) -> None:
    with unlocked(home) as connection:
        connection.execute("DROP TABLE core_drills")


def add_a_table(home: Home) -> None:
    with unlocked(home) as connection:
        connection.execute("CREATE TABLE core_smuggled AS SELECT 1 AS a")


def lose_the_file(home: Home) -> None:
    home.database.unlink()


def lose_the_note(home: Home) -> None:
    (home.stage_dir("load") / "tables.json").unlink()


def spoil_the_file(home: Home) -> None:
    home.database.write_bytes(b"not a database" * 1000)


def cut_the_file(home: Home) -> None:
    os.truncate(home.database, home.database.stat().st_size // 2)


def leave_a_foreign_log(home: Home) -> None:
    Path(f"{home.database}.wal").write_bytes(b"\x00" * 100)
    home.database.unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        lose_a_row,
        change_a_value,
        lose_a_table,
        add_a_table,
        lose_the_file,
        lose_the_note,
        spoil_the_file,
        cut_the_file,
        leave_a_foreign_log,
    ],
    ids=lambda spoil: spoil.__name__,
)
def test_a_database_that_is_not_whole_is_built_again(own: Home, spoil: Callable[[Home], None]) -> None:
    before = contents(own)
    spoil(own)
    assert len(rows(own, "SELECT * FROM core_submissions")) == len(STATUSES)
    assert rows(own, "SELECT count(*) FROM core_drills") == [(4,)]
    assert contents(own) == before


def test_a_whole_database_is_not_built_again(own: Home) -> None:
    inode = own.database.stat().st_ino
    open_database(own).close()
    assert own.database.stat().st_ino == inode


def test_a_home_is_opened_in_memory_as_of_a_moment_and_left_as_it_is(own: Home, tmp_path: Path) -> None:
    """The same tables as on disk, the database there not even needed; a file that came by then must have been read."""
    moment = datetime(2026, 11, 2, 23)
    with open_database(own, moment) as connection:
        wanted = _contents(connection)
    own.database.unlink()
    with open_as_of(own, moment) as connection:
        assert _contents(connection) == wanted
    assert not own.database.exists()
    deliver(own, tmp_path / "later", [("二小11.xlsx", school(SECOND, "青棂镇中心小学"), "2026-11")], first=23)
    with pytest.raises(UsageError, match="有 1 份已经收到的文件还没有读入"):
        open_as_of(own, datetime(2026, 11, 3))
    with open_as_of(own, datetime(2026, 11, 2, 22)) as connection:
        assert connection.execute("SELECT count(*) FROM core_submissions").fetchall() == [(len(DELIVERIES) + 1,)]


def test_the_open_database_is_read_only_and_locked(loaded: Home) -> None:
    with open_database(loaded) as connection:
        for statement in ("DELETE FROM core_drills", "SET enable_external_access = true", "INSTALL httpfs"):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)


def test_a_new_receipt_is_read_without_reading_the_old_again(own: Home, tmp_path: Path) -> None:
    folders = {path: path.stat().st_mtime_ns for path in own.stage_dir("extract").iterdir()}
    deliver(own, tmp_path / "inbox", [("青棂补.xlsx", school(SECOND, "青棂镇中心小学"), "2026-10")], first=10)
    run(own)
    assert {path: path.stat().st_mtime_ns for path in folders} == folders
    assert len(list(own.stage_dir("extract").iterdir())) == len(folders) + 1
    statement = f"SELECT submission_no, version, status FROM core_submissions WHERE school_code = '{SECOND}' ORDER BY 1"
    assert rows(own, statement) == [(7, 1, "accepted_with_findings"), (10, 2, "accepted")]


def test_running_again_changes_nothing(own: Home) -> None:
    before = contents(own)
    run(own)
    assert contents(own) == before
