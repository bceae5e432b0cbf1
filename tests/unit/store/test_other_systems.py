"""What Windows does otherwise than Linux, as far as it can be shown here; docs/platforms.md says what cannot."""

from __future__ import annotations

import ast
import os
import re
import stat
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

from pipelines.collect.templates import School, template_name
from pipelines.metadata.periods import parse_period
from pipelines.report.receipt_content import Receipt
from pipelines.report.townships import bulletin_file
from pipelines.report.townships import file_stem as township_stem
from pipelines.store import files

_PROGRAM = Path(__file__).resolve().parents[3] / "pipelines"
_REFUSED = re.compile(r'[\\/:*?"<>|\x00-\x1f]|[. ]$')
_HOSTILE = ("CON", "nul", "第一小学.", "第一小学 ", "a:b", 'x<y>"z"|?*', "..", "aux.xlsx", "\x01", "长" * 300)


def is_legal(name: str) -> bool:
    """Whether Windows takes the file name as it stands."""
    return not (_REFUSED.search(name) or PureWindowsPath(name).is_reserved()) and len(name.encode("utf-16-le")) <= 510


def _receipt(**told: str | None) -> Receipt:
    """A receipt of which nothing is known but what its file is named by."""
    receipt = Receipt.__new__(Receipt)
    for name, value in {"origin": "school", "period": "2026-10", "sequence": 7, **told}.items():
        object.__setattr__(receipt, name, value)
    return receipt


@pytest.mark.parametrize("written", _HOSTILE)
def test_every_file_named_after_what_people_wrote_has_a_name_that_windows_takes(written: str) -> None:
    school = School("1153000001", written, "primary", "public", "urban", written)
    named = [
        template_name(school, parse_period("2026-10")),
        f"{_receipt(school_code=written, school_name=written, file_name=written).file_stem}.xlsx",
        f"{_receipt(school_code=None, school_name=None, file_name=written).file_stem}.xlsx",
        f"{township_stem(written)}.html",
        bulletin_file(written),
    ]
    assert [name for name in named if not is_legal(name)] == []


def test_text_is_written_with_the_same_line_ends_everywhere() -> None:
    """Without `newline` Windows ends lines with CR LF, and what is hashed would differ."""
    found = []
    for path in sorted(_PROGRAM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write_text":
                named = {word.arg for word in node.keywords}
                found += [] if {"encoding", "newline"} <= named else [f"{path.name}:{node.lineno}"]
    assert found == []


def test_tracked_text_keeps_its_line_ends_in_a_checkout() -> None:
    """git on Windows would turn them into CR LF, and every hash over data_contracts would be another."""
    names = ["data_contracts/items.yaml", "pipelines/cli.py", "requirements.lock", "keys/trust.json"]
    told = subprocess.run(
        ["git", "check-attr", "eol", *names], cwd=_PROGRAM.parent, capture_output=True, encoding="utf-8", check=True
    )
    assert [line.rpartition(" ")[2] for line in told.stdout.splitlines()] == ["lf"] * len(names)


def test_files_become_durable_where_the_system_cannot_sync_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = tmp_path / "original"
    original.write_bytes(b"x")
    original.chmod(0o444)
    modes: list[int] = []

    def sync(descriptor: int) -> None:
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.write(descriptor, b"x")  # Windows syncs only what is open for writing
            modes.append(original.stat().st_mode)

    monkeypatch.delattr(os, "sync")
    monkeypatch.setattr(os, "fsync", sync)
    files.sync_files([original], tmp_path)
    assert len(modes) == 1
    assert stat.S_IMODE(original.stat().st_mode) == 0o444


def test_read_only_files_can_be_removed_and_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On Windows the read-only mark of a file, not the rights of its folder, decides."""

    def refuse(path: Path) -> None:
        if path.exists() and not path.stat().st_mode & stat.S_IWUSR:
            raise PermissionError(13, "read-only", str(path))

    unlink, replace = Path.unlink, Path.replace

    def unlink_writable(path: Path, missing_ok: bool = False) -> None:
        refuse(path)
        unlink(path, missing_ok)

    def replace_writable(path: Path, target: Path) -> Path:
        refuse(target)
        return replace(path, target)

    monkeypatch.setattr(Path, "unlink", unlink_writable)
    monkeypatch.setattr(Path, "replace", replace_writable)
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in ("kept", "gone", "fresh"):
        (folder / name).write_text(name)
    for name in ("kept", "gone"):
        (folder / name).chmod(0o444)
    files.replace_file(folder / "fresh", folder / "kept")
    assert (folder / "kept").read_text() == "fresh"
    files.remove_file(folder / "gone")
    (folder / "kept").chmod(0o444)
    files.remove_folder(folder)
    assert not folder.exists()


@pytest.mark.parametrize("encoding", ["cp936", "cp437"])
def test_console_of_another_encoding_shows_what_it_can(tmp_path: Path, encoding: str) -> None:
    """Windows in Chinese shows GBK; one in English cannot show Chinese at all, and must not end the program."""
    ended = subprocess.run(
        [sys.executable, "-m", "pipelines", "status", "--home", str(tmp_path / "无此目录🏫")],
        cwd=_PROGRAM.parent,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 2
    said = ended.stderr.decode(encoding)
    assert ("工作目录" if encoding == "cp936" else "\\u5de5\\u4f5c\\u76ee\\u5f55") in said
    assert "\\U0001f3eb" in said


@pytest.mark.parametrize("place", ["releases", "elsewhere"])
def test_restricted_trace_is_kept_out_of_reports_on_every_system(tmp_path: Path, place: str) -> None:
    """The shell opens the file; which one it is, is told without /proc."""
    (tmp_path / place / "deep").mkdir(parents=True)
    script = (
        "import sys; from pathlib import Path; from pipelines.commands.tracing import guard;"
        "from pipelines.store.home import Home; guard(Home(Path(sys.argv[1])), True)"
    )
    with (tmp_path / place / "deep" / "trace.txt").open("w", encoding="utf-8") as stream:
        command = [sys.executable, "-c", script, str(tmp_path)]
        ended = subprocess.run(command, cwd=_PROGRAM.parent, stdout=stream, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == (0 if place == "elsewhere" else 1)
    assert (b"UsageError" in ended.stderr) == (place != "elsewhere")
