"""Archives of several workbooks: their members are received one by one; what is not plain stays whole."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.receive import unpacking
from pipelines.receive.inbox import receive
from pipelines.receive.looking import Passed
from pipelines.receive.unpacking import open_archive
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.unit.extract.books import book_bytes, packed

FIRST = book_bytes({"学校概况": [["学校标识码"], ["2153990101"]]})
SECOND = book_bytes({"学校概况": [["学校标识码"], ["2153990102"]]})
TABLES = packed({"学校概况.csv": "学校标识码\r\n2153990103\r\n".encode()})


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def received(tmp_path: Path, **files: bytes) -> tuple[Home, list[Passed]]:
    """The home after a look at an inbox of those files, named by keyword: a dot stands for two underscores."""
    inbox = tmp_path / "inbox"
    inbox.mkdir(exist_ok=True)
    for name, content in files.items():
        (inbox / name.replace("__", ".")).write_bytes(content)
    home = Home(tmp_path / "home")
    return home, list(receive(home, inbox, "2026-10", lambda: datetime(2026, 11, 2)).passed)


def entries(home: Home) -> list[tuple[str, str, str | None]]:
    return [(entry.file_name, entry.sha256, entry.packed_in) for entry in read_ledger(home)]


def test_every_workbook_becomes_an_entry_with_an_original_and_the_archive_is_kept(tmp_path: Path) -> None:
    archive = packed({"望楹/一小.xlsx": FIRST, "二小.xlsx": SECOND})
    home, passed = received(tmp_path, towns__zip=archive)
    assert entries(home) == [
        ("towns.zip/望楹/一小.xlsx", sha256(FIRST), sha256(archive)),
        ("towns.zip/二小.xlsx", sha256(SECOND), sha256(archive)),
    ]
    assert passed == []
    for content in (FIRST, SECOND, archive):
        assert home.original(sha256(content)).read_bytes() == content


def test_receiving_again_changes_nothing(tmp_path: Path) -> None:
    archive = packed({"a.xlsx": FIRST, "b.xlsx": SECOND})
    home, _ = received(tmp_path, a__zip=archive)
    ledger = home.ledger.read_bytes()
    received(tmp_path, a__zip=archive)
    assert home.ledger.read_bytes() == ledger


def test_a_member_sent_alone_later_is_the_same_content_again(tmp_path: Path) -> None:
    home, _ = received(tmp_path, a__zip=packed({"a.xlsx": FIRST, "b.xlsx": SECOND}))
    received(tmp_path, one__xlsx=FIRST)
    assert [name for name, digest, _ in entries(home) if digest == sha256(FIRST)] == ["a.zip/a.xlsx", "one.xlsx"]


def test_csv_files_packed_inside_are_one_workbook(tmp_path: Path) -> None:
    home, _ = received(tmp_path, a__zip=packed({"三小.zip": TABLES}))
    assert [name for name, digest, _ in entries(home) if digest == sha256(TABLES)] == ["a.zip/三小.zip"]


def test_only_one_level_is_unpacked(tmp_path: Path) -> None:
    inner = packed({"a.xlsx": FIRST, "b.xlsx": SECOND})
    home, _ = received(tmp_path, a__zip=packed({"inner.zip": inner, "c.xlsx": FIRST}))
    assert [name for name, _, _ in entries(home)] == ["a.zip/inner.zip", "a.zip/c.xlsx"]


def test_what_is_no_workbook_is_named_and_litter_is_not(tmp_path: Path) -> None:
    archive = packed(
        {"a.xlsx": FIRST, "b.xls": SECOND, "照片.jpg": b"\xff\xd8", "__MACOSX/._a.xlsx": b"x", "~$a.xlsx": b"x"}
    )
    home, passed = received(tmp_path, a__zip=archive)
    assert [name for name, _, _ in entries(home)] == ["a.zip/a.xlsx", "a.zip/b.xls"]
    assert passed == [Passed("a.zip/照片.jpg", "no_workbook")]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_names_are_told_by_archive_and_member_in_one_encoding(tmp_path: Path, encoding: str) -> None:
    """A Windows archive holds GBK names and does not say so; its own name may be GBK too."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        for name, content in (("11.xlsx", FIRST), ("22.xlsx", SECOND)):
            archive.writestr(name, content)
    school = {b"11.xlsx": "一小".encode("gb18030") + b"lsx", b"22.xlsx": "二小".encode("gb18030") + b"lsx"}
    content = raw.getvalue()
    for placed, written in school.items():
        content = content.replace(placed, written[:4] + b".et")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "中心校.zip".encode(encoding).decode("utf-8", "surrogateescape")).write_bytes(content)
    home = Home(tmp_path / "home")
    receive(home, inbox, "2026-10")
    assert [name for name, _, _ in entries(home)] == ["中心校.zip/一小.et", "中心校.zip/二小.et"]


def test_a_member_name_with_a_line_break_stays_on_one_line(tmp_path: Path) -> None:
    home, _ = received(tmp_path, a__zip=packed({"a\nb.xlsx": FIRST, "c.xlsx": SECOND}))
    assert [name for name, _, _ in entries(home)] == ["a.zip/a\\nb.xlsx", "a.zip/c.xlsx"]


def encrypted(content: bytes) -> bytes:
    """The archive with the flag of encryption set on every entry."""
    data = bytearray(content)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


def linked() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.xlsx")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.xlsx", FIRST)
        archive.writestr("b.xlsx", SECOND)
    return buffer.getvalue()


def damaged() -> bytes:
    content = bytearray(packed({"a.xlsx": FIRST, "b.xlsx": SECOND}))
    content[200] ^= 0xFF
    return bytes(content)


WHOLE = {
    "one workbook": packed({"a.xlsx": FIRST}),
    "csv files": TABLES,
    "a workbook beside csv files": packed({"a.xlsx": FIRST, "b.xlsx": SECOND, "c.csv": b"a"}),
    "a workbook itself": FIRST,
    "nothing to read": packed({"a.txt": b"a", "b.docx": b"b"}),
    "the way up": packed({"../a.xlsx": FIRST, "b.xlsx": SECOND}),
    "from the root": packed({"/a.xlsx": FIRST, "b.xlsx": SECOND}),
    "another system's separator": packed({"a\\b.xlsx": FIRST, "b.xlsx": SECOND}),
    "a drive": packed({"C:a.xlsx": FIRST, "b.xlsx": SECOND}),
    "one name twice": packed({"a.xlsx": FIRST, "b.xlsx": SECOND}).replace(b"b.xlsx", b"a.xlsx"),
    "one name in two cases": packed({"a.xlsx": FIRST, "A.xlsx": SECOND}),
    "a password": encrypted(packed({"a.xlsx": FIRST, "b.xlsx": SECOND})),
    "a link": linked(),
    "a bomb": packed({"a.xlsx": FIRST, "b.xlsx": bytes(32 << 20)}),
    "damage": damaged(),
    "a cut": packed({"a.xlsx": FIRST, "b.xlsx": SECOND})[:-10],
    "no archive": b"PK nothing of the kind",
}


@pytest.mark.parametrize("content", WHOLE.values(), ids=WHOLE.keys())
def test_what_is_not_plain_stays_whole(content: bytes) -> None:
    assert open_archive(content) is None


def test_members_and_bytes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = packed({"a.xlsx": FIRST, "b.xlsx": SECOND})
    for name, limit in (("MAX_MEMBERS", 1), ("MAX_MEMBER_BYTES", 100), ("MAX_TOTAL_BYTES", len(FIRST))):
        with monkeypatch.context() as patch:
            patch.setattr(unpacking, name, limit)
            assert open_archive(content) is None, name
    assert open_archive(content) is not None


def test_only_the_very_names_that_systems_leave_behind_are_skipped(tmp_path: Path) -> None:
    content = packed({"desktop.ini.xlsx": FIRST, "b.xlsx": SECOND, "Thumbs.db": b"x", "~$b.xlsx": b"x"})
    home, passed = received(tmp_path, all__zip=content)
    assert [entry.file_name for entry in read_ledger(home)] == ["all.zip/desktop.ini.xlsx", "all.zip/b.xlsx"]
    assert passed == []
