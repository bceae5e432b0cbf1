"""Commands that freeze and prove figures: publish, verify, reproduce, trace, diff."""

from __future__ import annotations

from pathlib import Path

import click

from pipelines.commands import tracing
from pipelines.commands.declaring import command
from pipelines.commands.keys import known_passphrase
from pipelines.commands.locking import locked
from pipelines.commands.options import LATEST, choice_options, chosen_settings, home_option, period_option
from pipelines.commands.terminal import printable
from pipelines.errors import UsageError
from pipelines.metadata.periods import parse_period
from pipelines.settings import parse_as_of, write_params
from pipelines.store.home import Home
from pipelines.wording import text

_FORMS = click.Choice(["table", "csv", "json"])
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@command("publish")
@choice_options
@click.option("--reason", required=True, help=text("options.reason"))
def publish(root: Path, standard: str | None, period: str | None, as_of: str | None, reason: str) -> None:
    """Freeze a period's report as a signed release; needs --as-of and a key (keygen).

    Publishing again makes a revision that says which figures changed and why.
    """
    from pipelines.publish.release import publish as publish_release
    from pipelines.publish.same_id import changed_since_last

    settings = chosen_settings(root, standard, period, as_of)
    with locked(settings.home):
        passphrase = known_passphrase(settings.home)
        write_params(settings)
        folder = publish_release(settings, reason, passphrase)
    click.echo(text("publish.done", path=folder))
    if changed := changed_since_last(folder):
        click.echo(printable(changed))


@command("verify")
@click.argument("release", type=_FOLDER)
@click.option("--trust", "kept", type=_FILE, help=text("options.trust"))
@click.option("--update", is_flag=True, help=text("options.update"))
def verify(release: Path, kept: Path | None, update: bool) -> None:
    """Check a release: every file, the signature, the chain, and the ledger of its home.

    Exit code 1 names everything that is wrong. Only --trust, the file that an auditor keeps, tells who signed and
    whether a newer release was seen before; --update moves that file on after a clean check.
    """
    from pipelines.publish.backing import home_of, missing_backing
    from pipelines.publish.trust import move_on, read_trust
    from pipelines.publish.verify import verify as verify_release

    if update and kept is None:
        raise UsageError(text("verify.update_what"))
    trust = read_trust(kept) if kept else None
    found = verify_release(release, trust)
    problems = list(found.problems)
    home = home_of(release)
    if home and (behind := missing_backing(home)):
        problems.append(behind)
    if problems:
        click.echo(text("verify.problems", path=release, count=len(problems)), err=True)
        for problem in problems:
            click.echo(f"  {printable(problem)}", err=True)
        raise click.exceptions.Exit(1)
    click.echo(text("verify.ok", path=release))
    for note in found.notes:
        click.echo(f"  {printable(note)}")
    if update and kept and trust:
        moved = move_on(kept, trust, release)
        click.echo("  " + text("verify.updated" if moved else "verify.not_updated", path=kept))


@command("reproduce")
@click.argument("release", type=_FOLDER)
@click.option("--originals", type=_FOLDER, help=text("options.originals"))
@home_option
def reproduce(release: Path, originals: Path | None, root: Path) -> None:
    """Compute a release again from the originals and compare; exit code 1 where anything differs."""
    from pipelines.reproduce.rebuild import reproduce as rebuild

    reproduction = rebuild(release, originals or Home(root).originals)
    click.echo(str(reproduction))
    if not reproduction.is_identical:
        raise click.exceptions.Exit(1)


@command("trace")
@click.argument("indicator")
@click.option("--unit", help=text("options.unit"))
@click.option("--school", help=text("options.school"))
@click.option("--release", type=_FOLDER, help=text("options.trace_release"))
@click.option("--format", "form", type=tracing.FORMS, default="text", help=text("options.trace_format"))
@click.option("--open", "is_page", is_flag=True, help=text("options.open"))
@click.option("--restricted", is_flag=True, help=text("options.restricted"))
@choice_options
def trace(
    indicator: str,
    unit: str | None,
    school: str | None,
    release: Path | None,
    form: str,
    is_page: bool,
    restricted: bool,
    root: Path,
    standard: str | None,
    period: str | None,
    as_of: str | None,
) -> None:
    """Follow a figure down to schools, files, cells and what was written there.

    Restricted fields are masked unless --restricted is given. With --release the figures are those published there; a
    home that comes to others is refused. The columns of csv and json stand in docs/trace.md.
    """
    from pipelines.reproduce.published import check_published, published_settings
    from pipelines.reproduce.trace import trace as trace_figure

    if release is not None and (standard, period, as_of) != (None, None, None):
        raise UsageError(text("trace.release_or_choice"))
    settings = published_settings(release, Home(root)) if release else chosen_settings(root, standard, period, as_of)
    tracing.guard(settings.home, restricted)
    found = trace_figure(settings, indicator, unit, school, restricted=restricted)
    if release is not None:
        check_published(found, release)
    tracing.show(found, form, is_page)


@command("diff")
@click.argument("before", type=_FOLDER, required=False)
@click.argument("after", type=_FOLDER, required=False)
@click.option("--standard", "standards", multiple=True, metavar="ID|FILE", help=text("options.diff_standard"))
@click.option("--as-of", "moments", multiple=True, metavar="DATE", help=text("options.diff_as_of"))
@click.option("--school", help=text("options.school"))
@period_option
@click.option("--from", "old", type=int, help=text("options.from"))
@click.option("--to", "new", type=int, help=text("options.to"))
@click.option("--format", "form", type=_FORMS, default="table", help=text("options.format"))
@home_option
def diff(
    before: Path | None,
    after: Path | None,
    standards: tuple[str, ...],
    moments: tuple[str, ...],
    school: str | None,
    period: str | None,
    old: int | None,
    new: int | None,
    form: str,
    root: Path,
) -> None:
    """List the figures that moved and why: between two reports, releases, moments or standards; or a school's versions.

    Two folders; or --as-of twice; or --standard twice, ids or files: then the home is measured anew, in memory. The
    columns of csv and json, and the causes, stand in docs/diff.md.
    With --school and --period: the rows, cells and findings of that school's month, by default of the last version
    against the one before. Rejected files have no version.
    """
    from pipelines.commands import differences
    from pipelines.metadata.standards import standard_ids

    folders = [folder for folder in (before, after) if folder is not None]
    counts = (len(folders), len(moments), len(standards), school is not None)
    if counts == (2, 0, 0, False):
        differences.show_folders(folders[0], folders[1], form)
    elif counts == (0, 0, 0, True) and school is not None and period is not None:
        differences.show_versions(Home(root), school, parse_period(period), (old, new), form)
    elif counts in ((0, 2, 0, False), (0, 2, 1, False)):
        settings = chosen_settings(root, standards[0] if standards else None, period, LATEST)
        differences.show_moments(settings, [parse_as_of(moment) for moment in moments], form)
    elif counts in ((0, 0, 2, False), (0, 1, 2, False)):
        known = next((one for one in standards if one in standard_ids()), standard_ids()[0])
        settings = chosen_settings(root, known, period, moments[0] if moments else None)
        differences.show_standards(settings, standards, form)
    else:
        raise UsageError(text("diff.usage"))
