"""The bureau's list of schools into the ledger: as a register of ours, or as the bureau workbook that it is."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipelines.begin.reading import TABLE, ReadRegister
from pipelines.errors import UsageError
from pipelines.load.database import open_database
from pipelines.metadata.calendar_checks import text
from pipelines.receive.inbox import receive
from pipelines.register.entries import Register, are_same, counting, read_registers
from pipelines.register.recording import Plan, record
from pipelines.settings import Settings
from pipelines.stages import LOADING, run_stages
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.validate.check import check_files

KIND = "import"


def is_bureau_workbook(path: Path, month: str) -> bool:
    """Whether the intake takes the file for the bureau's workbook, with other sheets beside the register's.

    Such a file is received as it is.
    """
    (checked,) = check_files([path], month)
    tables = [sheet["table_name"] for sheet in checked.sheets]
    is_accepted = checked.origin == "bureau" and checked.status != "rejected"
    return is_accepted and len(set(tables)) > 1 and tables.count(TABLE) == 1


def registers_of(settings: Settings) -> list[Register]:
    """Every register that the home has received, loaded first."""
    ledger = read_ledger(settings.home)
    if not ledger:
        return []
    run_stages(replace(settings, as_of=max(entry.received_at for entry in ledger)), LOADING)
    with open_database(settings.home) as connection:
        return read_registers(connection)


def import_register(settings: Settings, month: str, read: ReadRegister, registers: Sequence[Register]) -> bool:
    """Receive the schools as the register of that month; False where just these count already.

    A register that init imported may be imported again, mended. UsageError where anything else has come since: what a
    command or a workbook of the bureau changed is not undone by an old list.
    """
    current = counting(registers, month)
    if current is not None and are_same(current.entries, read.entries):
        return False
    other = next((one for one in registers if one.stamp is None or one.stamp.kind != KIND), None)
    if other is not None:
        raise UsageError(text("init.errors.register_there", file=read.path.name, other=other.file_name))
    what = text("init.imported_from", file=read.path.name, count=len(read.entries), sha256=read.sha256[:12])
    record(settings.home, Plan(KIND, text("init.import_reason"), (what,), ((month, read.entries),), ()), datetime.now())
    return True


def import_workbook(home: Home, month: str, path: Path) -> bool:
    """Receive the bureau's workbook as it is, and lay it into the month's inbox; False where it was received before."""
    with tempfile.TemporaryDirectory(prefix=".register-", dir=home.data) as folder:
        shutil.copyfile(path, Path(folder) / path.name)
        received = receive(home, Path(folder), month)
    inbox = home.inbox / month
    inbox.mkdir(parents=True, exist_ok=True)
    if not (inbox / path.name).exists():
        shutil.copyfile(path, inbox / path.name)
    return bool(received.entries)
