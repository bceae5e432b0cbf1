"""The command chase: reminder texts by township and the chase list. It looks at the clock, unless told a moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import click

from pipelines.commands.declaring import command
from pipelines.commands.intake import receive_inboxes
from pipelines.commands.locking import locked
from pipelines.commands.options import chosen_settings, home_option, period_option
from pipelines.errors import UsageError
from pipelines.settings import Settings
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from pipelines.wording import text


@command("chase")
@period_option
@click.option("--as-of", "as_of", metavar="DATE", help=text("options.chase_as_of"))
@click.option("--contact", metavar="TEXT", help=text("options.contact"))
@home_option
def chase(root: Path, period: str | None, as_of: str | None, contact: str | None) -> None:
    """Write a reminder text for each township and the chase list of the month.

    The inbox is received first and what is new is read, so that nobody is chased who has sent. It is looked at as of
    now unless --as-of says otherwise; no report is made and params.yaml stays.
    """
    settings = chosen_settings(root, None, period, as_of)
    with locked(settings.home):
        receive_inboxes(settings, None)
        if as_of is None:
            settings = replace(settings, as_of=datetime.now().replace(microsecond=0))
        if not read_ledger(settings.home):
            raise UsageError(text("errors.nothing_received", period=settings.period.label))
        for line in _written(settings.resolved(), contact):
            click.echo(line)


def _written(settings: Settings, contact: str | None) -> list[str]:
    """Write texts and list under outbox/<month>/; what to say of them."""
    from pipelines.commands.timely import month_lines
    from pipelines.load.database import open_database
    from pipelines.report.chase_list import write_chase_list
    from pipelines.report.chasing import pursue
    from pipelines.report.reminders import reminders
    from pipelines.report.timeliness import WORDS
    from pipelines.report.townships import file_stem
    from pipelines.stages import LOADING, run_stages
    from pipelines.store.files import keep_only, write_text_atomically

    run_stages(settings, LOADING)
    with open_database(settings.home, settings.as_of) as connection:
        pursuit = pursue(connection, settings)
    folder = settings.home.outbox / pursuit.month / str(WORDS.entry("folder"))
    told = reminders(pursuit, contact or WORDS.text("reminder.contact"))
    files = {f"{file_stem(township or WORDS.text('no_township'))}.txt": said for township, said in told.items()}
    folder.mkdir(parents=True, exist_ok=True)
    keep_only(folder.glob("*.txt"), files)
    for name, said in files.items():
        # Windows' editor takes a text for UTF-8 by the mark at its head.
        write_text_atomically(folder / name, "\ufeff" + said)
    path = folder / WORDS.text("list_name", month=pursuit.month)
    write_chase_list(path, pursuit, _receipts(settings.home))
    lines = month_lines(pursuit)
    if not pursuit.chased:
        return [*lines, text("chase.none", month=pursuit.month, expected=len(pursuit.schools))]
    lines += [text("chase.texts", path=folder, count=len(files))]
    lines += [text("chase.list", path=path, chased=len(pursuit.chased))]
    if pursuit.nameless:
        lines += [text("chase.nameless", count=len(pursuit.nameless))]
    return [*lines, text("chase.next", inbox=settings.home.inbox / pursuit.month)]


def _receipts(home: Home) -> Mapping[int, str]:
    """Ledger number to the name of the receipt's file, of every receipt that there is."""
    names = (path.name for path in home.returns.glob("*/*.xlsx"))
    return {int(name[-11:-5]): name for name in names if name[-11:-5].isdigit()}
