"""A home of a newer program is refused with one sentence that names what is new; an older one is taken over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.commands.locking import locked
from pipelines.errors import UsageError
from pipelines.settings import read_settings
from pipelines.store.form import FORM
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

_ENTRY = {"sequence": 1, "sha256": "a" * 64, "received_at": "2026-11-06T09:30:00", "period": "2026-10", "size": 1}
_NEWER = "请改用较新的程序打开"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(tmp_path)
    made.data.mkdir()
    made.params.write_text("standard: jinghong-2019\nperiod: 2026-10\nas_of: null\n", encoding="utf-8")
    return made


def enter(home: Home, **more: object) -> None:
    home.ledger.write_text(json.dumps({**_ENTRY, "name_hex": "61", **more}) + "\n", encoding="utf-8")


def test_home_of_an_older_program_is_taken_over(home: Home) -> None:
    enter(home)
    assert len(read_ledger(home)) == 1
    with locked(home):
        assert home.format.read_text(encoding="utf-8") == f"{FORM}\n"
    assert len(read_ledger(home)) == 1


@pytest.mark.parametrize("written", [f"{FORM + 1}\n", "2b\n", "\n"])
def test_home_of_a_newer_form_is_refused_and_not_touched(home: Home, written: str) -> None:
    enter(home)
    home.format.write_text(written, encoding="utf-8")
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    for arguments in (["status"], ["run"], ["prune", "--yes"], ["trace", "closed_campus"], ["templates"]):
        ended = CliRunner().invoke(cli, [*arguments, "--home", str(home.root)])
        assert ended.exit_code == 2
        assert _NEWER in ended.output
    assert {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()} == before


def test_ledger_line_with_an_unknown_field_is_refused_by_its_name(home: Home) -> None:
    enter(home, sealed_by="x")
    with pytest.raises(UsageError, match=f"ledger\\.jsonl 1: sealed_by.*{_NEWER}"):
        read_ledger(home)


def test_unknown_key_of_params_is_refused_by_its_name(home: Home) -> None:
    with home.params.open("a", encoding="utf-8") as stream:
        stream.write("province: yunnan\n")
    with pytest.raises(UsageError, match=r"params\.yaml: province"):
        read_settings(home.root)
