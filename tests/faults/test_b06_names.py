"""B6: names that look alike or are in another encoding stay apart; what a file is, its content says."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

from pipelines.receive.inbox import receive
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

NAME = "ガード幼儿园é月报.xlsx"
FORMS = {
    "composed": unicodedata.normalize("NFC", NAME).encode(),
    "decomposed": unicodedata.normalize("NFD", NAME).encode(),
    "gbk": "青棂镇中心小学10月.xlsx".encode("gb18030"),
    "utf-8": "青棂镇中心小学10月.xlsx".encode(),
    "neither": b"\xff\xfe\x80.xlsx",
}


def test_b06_names_never_collapse_and_content_is_identity(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    for raw in FORMS.values():
        path = inbox / os.fsdecode(raw)
        path.write_bytes(b"the same")
        os.utime(path, (1e9, 1e9))
    home = Home(tmp_path / "home")
    entries = receive(home, inbox, "2026-10").entries
    assert {bytes.fromhex(entry.name_hex) for entry in entries} == set(FORMS.values())
    assert len({entry.sha256 for entry in entries}) == 1
    assert sorted(entry.file_name for entry in entries).count("青棂镇中心小学10月.xlsx") == 2
    again = receive(home, inbox, "2026-10")
    assert (again.entries, again.seen_before_count) == ((), len(FORMS))
    assert len(read_ledger(home)) == len(FORMS)
