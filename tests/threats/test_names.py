"""A45 to A50 through the command line: one month whose inbox holds everything that a folder can hold."""

from __future__ import annotations

import csv
import io
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger
from pipelines.wording import text
from tests.faults import homes
from tests.threats.crafted_names import ODD_NAMES
from tests.threats.test_inputs import judge
from tests.unit.extract.books import DRILL, DRILL_HEADINGS, book_bytes

PAYLOADS = [
    "=cmd|'/C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+cmd",
    "-2+3",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{7*7}}",
]
FIGURES = ("figures.csv", "assessments.csv", "cases.csv")
pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Month:
    """A home after a run, and what the run said."""

    root: Path
    said: str

    @property
    def report(self) -> Path:
        return self.root / "reports" / homes.STANDARD / homes.MONTH

    @property
    def ledger(self) -> list[LedgerEntry]:
        return read_ledger(Home(self.root))

    def rows(self, name: str) -> list[dict[str, str]]:
        content = (self.report / name).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(content, newline="")))


def ran(root: Path, inbox: Path) -> Month:
    homes.begin(root, inbox)
    ended = homes.run(root)
    assert ended.code == 0, ended
    return Month(root, ended.said)


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month's good files."""
    return homes.make_inbox(tmp_path_factory.mktemp("names"))


@pytest.fixture(scope="module")
def plain(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The month of the good files alone."""
    return ran(tmp_path_factory.mktemp("plain") / "home", inbox)


@pytest.fixture(scope="module")
def odd(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Month:
    """The same month, the same workbook under every odd name beside the good files, and what is no file at all."""
    folder = tmp_path_factory.mktemp("odd")
    whole = homes.copy_of(inbox, folder / "inbox")
    (book,) = inbox.glob("1153000002*")
    for name in ODD_NAMES.values():
        (whole / os.fsdecode(name)).write_bytes(book.read_bytes())
    (whole / "town").mkdir()
    (whole / "town" / book.name).write_bytes(book.read_bytes())
    (whole / "folder.xlsx").mkdir()
    root = folder / "home"
    homes.begin(root, whole)
    received = root / "inbox" / homes.MONTH
    os.mkfifo(received / "pipe.xlsx")
    (folder / "outside.xlsx").write_bytes(b"secret")
    (received / "link.xlsx").symlink_to(folder / "outside.xlsx")
    (received / "nowhere.xlsx").symlink_to(folder / "nowhere")
    ended = homes.run(root)
    assert ended.code == 0, ended
    return Month(root, ended.said)


def test_a45_the_same_content_counts_once_whatever_it_is_called(odd: Month, plain: Month) -> None:
    duplicates = [row for row in odd.rows("submissions.csv") if row["status"] == "duplicate"]
    assert len(duplicates) == len(ODD_NAMES)
    assert all((odd.report / name).read_bytes() == (plain.report / name).read_bytes() for name in FIGURES)


def test_a45_the_same_name_and_content_in_another_folder_is_seen_before(odd: Month, inbox: Path) -> None:
    (book,) = inbox.glob("1153000002*")
    assert [entry.file_name for entry in odd.ledger].count(book.name) == 1


def test_a46_and_a47_formulas_and_markup_in_cells_are_kept_as_they_are(tmp_path: Path) -> None:
    path, tables = tmp_path / "a.xlsx", tmp_path / "tables"
    tables.mkdir()
    rows = [[payload, *DRILL[1:]] for payload in PAYLOADS]
    profile: list[list[Any]] = [["学校标识码", "学校名称", "在校生数"], ["2153990101", "望楹街道第一小学", 300]]
    path.write_bytes(book_bytes({"学校概况": profile, "应急演练": [DRILL_HEADINGS, *rows]}))
    result = judge([path], tables)
    (drills,) = [table for name, table in result.tables.items() if name.endswith("drills")]
    assert drills["drill_name"].to_pylist() == PAYLOADS


def test_a46_a_name_like_a_formula_is_text_in_every_csv(odd: Month) -> None:
    names = [row["file"] for name in ("submissions.csv", "findings.csv") for row in odd.rows(name)]
    assert any(name.endswith("calc'!A0.xlsx") for name in names)
    assert not [name for name in names if name.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_a47_a_name_like_markup_is_text_on_every_page(odd: Month) -> None:
    for page in odd.report.glob("*.html"):
        content = page.read_text(encoding="utf-8")
        assert "<img src=x" not in content and "<script>alert" not in content, page.name


def test_a49_what_is_no_file_is_named_and_passed_over(odd: Month) -> None:
    for name in ("pipe.xlsx", "link.xlsx", "nowhere.xlsx"):
        assert text("run.passed", name=name, reason=text("run.reasons.not_a_file")) in odd.said
    assert text("run.passed", name="folder.xlsx", reason=text("run.reasons.folder")) in odd.said
    assert not [path for path in Home(odd.root).originals.rglob("*") if path.is_file() and path.stat().st_size == 6]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes a device")
def test_a49_a_device_is_named_and_not_read(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    root = homes.begin(tmp_path / "home", tmp_path / "nothing")
    try:
        os.mknod(root / "inbox" / homes.MONTH / "zero.xlsx", stat.S_IFCHR | 0o600, os.makedev(1, 5))
    except PermissionError:
        pytest.skip("this machine lets nobody make a device")
    ended = homes.command("receive", "--home", root)
    assert text("run.passed", name="zero.xlsx", reason=text("run.reasons.not_a_file")) in ended.said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a49_a_file_that_may_not_be_read_is_named(inbox: Path, tmp_path: Path) -> None:
    whole = homes.copy_of(inbox, tmp_path / "inbox")
    secret = whole / "secret.xlsx"
    secret.write_bytes(b"x")
    root = homes.begin(tmp_path / "home", whole)
    (root / "inbox" / homes.MONTH / "secret.xlsx").chmod(0)
    said = homes.done("receive", "--home", root)
    assert text("run.passed", name="secret.xlsx", reason=text("run.reasons.unreadable")) in said
    assert len(read_ledger(Home(root))) == len(list(inbox.iterdir()))


def test_a50_every_name_is_kept_as_bytes_and_every_file_is_received(odd: Month, inbox: Path) -> None:
    names = {bytes.fromhex(entry.name_hex) for entry in odd.ledger}
    assert names == {*ODD_NAMES.values(), *(os.fsencode(path.name) for path in inbox.iterdir())}
    shown = [row["file"] for row in odd.rows("submissions.csv") if row["file"]]
    assert "青棂镇中心小学10月.xlsx" in shown
    assert "第一行\\n第二行.xlsx" in shown
    assert len(shown) >= len(ODD_NAMES)


def test_a50_every_row_is_one_line(odd: Month) -> None:
    for name in ("submissions.csv", "findings.csv"):
        lines = (odd.report / name).read_text(encoding="utf-8-sig").split("\n")
        assert len(lines) == len(odd.rows(name)) + 2, name
    assert "\u202e" not in odd.said and "\x1b" not in odd.said
    for page in odd.report.glob("*.html"):
        assert "\u202e" not in page.read_text(encoding="utf-8"), page.name
