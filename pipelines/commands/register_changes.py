"""Commands that change the register: open, close, merge, move, rename, retype, recode, undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipelines.commands import register_views
from pipelines.commands.declaring import command
from pipelines.commands.locking import locked
from pipelines.commands.options import chosen_settings, home_option
from pipelines.commands.register_views import parse_day, register_month
from pipelines.errors import UsageError
from pipelines.settings import Settings
from pipelines.wording import text

if TYPE_CHECKING:
    from pipelines.register.changes import Change
    from pipelines.register.entries import Register
    from pipelines.register.recording import Plan

register = register_views.register

Command = TypeVar("Command", bound=Callable[..., Any])


def _option(name: str, key: str, **attributes: Any) -> Callable[[Command], Command]:
    return click.option(name, help=text(f"options.{key}"), **attributes)


def _change_options(given: Command) -> Command:
    """--on, --reason, --period and --home."""
    dated = _option("--on", "change_day", required=True, metavar="DATE")
    return dated(_reason_option(_month_option(home_option(given))))


def _reason_option(given: Command) -> Command:
    return _option("--reason", "change_reason", required=True)(given)


def _month_option(given: Command) -> Command:
    return _option("--period", "register_period", metavar="MONTH")(given)


_township_option = click.option("--new-township", is_flag=True, help=text("options.new_township"))


def _kind_options(given: Command) -> Command:
    """--ownership and --urban-rural."""
    return _option("--urban-rural", "urban_rural")(_option("--ownership", "ownership")(given))


def _values(**written: str | None) -> dict[str, str]:
    """The fields that were given, as the register holds them; UsageError for a term that it does not know."""
    from pipelines.metadata.contracts import contract
    from pipelines.metadata.text import normal
    from pipelines.metadata.values import vocabulary, written_forms

    found = {}
    for name, value in written.items():
        if value is None:
            continue
        terms = contract("register").field(name).vocabulary
        if not value.strip():
            raise UsageError(text("register.errors.blank", label=contract("register").field(name).label))
        if terms and normal(value) not in written_forms(terms):
            known = text("join").join(term.zh for term in vocabulary(terms))
            label = contract("register").field(name).label
            raise UsageError(text("register.errors.term", label=label, value=value, known=known))
        found[name] = written_forms(terms)[normal(value)] if terms else value.strip()
    return found


def _make(root: Path, kind: str, codes: Sequence[str], on: str, reason: str, period: str | None, **more: Any) -> None:
    """Make the change in the register and say what it did."""
    from pipelines.register.changes import Change
    from pipelines.register.recording import plan_change

    if not reason.strip():
        raise UsageError(text("register.errors.no_reason"))
    change = Change(kind, tuple(dict.fromkeys(codes)), parse_day(on), reason.strip(), **more)
    settings = chosen_settings(root, None, None, None)
    month = register_month(settings, period)

    def planned(registers: Sequence[Register]) -> Plan:
        return plan_change(registers, change, month, _sentences(change, registers))

    _record(settings, planned, change.day)


def _sentences(change: Change, registers: Sequence[Register]) -> list[str]:
    """The change in words, a sentence for each school; names as the latest register that knows the school has them."""
    names = {entry.school_code: entry.school_name or "" for one in registers for entry in one.entries}
    names |= {change.codes[0]: change.values["school_name"]} if change.kind == "open" else {}
    told = {"day": change.day.isoformat(), "kind": text(f"register.kinds.{change.kind}"), "heir": change.heir or ""}
    # An opened school is named before what it is.
    values = {name: value for name, value in change.values.items() if change.kind != "open" or name != "school_name"}
    told["values"] = text("join").join(_label(name, value) for name, value in values.items())
    told["heir_name"] = names.get(change.heir or "", "")
    return [text(f"register.what.{change.kind}", code=code, name=names.get(code, ""), **told) for code in change.codes]


def _label(name: str, value: str) -> str:
    from pipelines.metadata.contracts import contract
    from pipelines.metadata.values import label

    field = contract("register").field(name)
    return label(field.vocabulary, value) if field.vocabulary else value


def _record(settings: Settings, planned: Callable[[Sequence[Register]], Plan], day: date | None) -> None:
    from dataclasses import replace

    from pipelines.commands.register_told import told_lines
    from pipelines.load.database import open_database
    from pipelines.metadata.periods import parse_period
    from pipelines.register.entries import read_registers
    from pipelines.register.moves import moves, read_figures
    from pipelines.register.recording import record
    from pipelines.stages import LOADING, run_stages
    from pipelines.store.ledger import read_ledger

    with locked(settings.home):
        ledger = read_ledger(settings.home)
        moment = datetime.now().replace(microsecond=0)
        as_of = max([moment, *(entry.received_at for entry in ledger)])
        if not ledger:
            raise UsageError(text("register.errors.no_register", month=settings.period.last_month))
        settings = replace(settings, as_of=as_of)
        run_stages(settings, LOADING)
        with open_database(settings.home, as_of) as connection:
            registers = read_registers(connection)
        plan = planned(registers)
        periods = list(dict.fromkeys([parse_period(plan.months[0][0]), settings.period]))
        before = read_figures(settings, periods, as_of)
        names = record(settings.home, plan, moment)
        run_stages(settings, LOADING)
        with open_database(settings.home, as_of) as connection:
            after = read_registers(connection)
        moved = moves(before, read_figures(settings, periods, as_of))
    for line in told_lines(settings, plan, names, (registers, after), moved, day):
        click.echo(line)


@command("open", register)
@click.argument("code")
@click.argument("name")
@_option("--type", "type", required=True)
@_option("--township", "township", required=True)
@_kind_options
@_township_option
@_change_options
def open_school(
    root: Path, code: str, name: str, on: str, reason: str, period: str | None, new_township: bool, **given: str | None
) -> None:
    """Enter a school that opens on that day."""
    kind, own = given.pop("type", None), given
    values = _values(school_name=name, school_type=kind, **own)
    _make(root, "open", [code], on, reason, period, values=values, is_new_township=new_township)


@command("close", register)
@click.argument("code")
@_change_options
def close(root: Path, code: str, on: str, reason: str, period: str | None) -> None:
    """End a school: from that day on it is no longer expected."""
    _make(root, "close", [code], on, reason, period)


@command("merge", register)
@click.argument("codes", nargs=-1, required=True)
@_option("--into", "into", required=True, metavar="CODE")
@_change_options
def merge(root: Path, codes: tuple[str, ...], into: str, on: str, reason: str, period: str | None) -> None:
    """End schools that another one, which the register knows, takes over."""
    _make(root, "merge", codes, on, reason, period, heir=into)


@command("move", register)
@click.argument("code")
@click.argument("township")
@_option("--urban-rural", "urban_rural")
@_township_option
@_change_options
def move(
    root: Path, code: str, township: str, urban_rural: str | None, new_township: bool, on: str, reason: str, period: str
) -> None:
    """Put a school into another township from that day on."""
    values = _values(township=township, urban_rural=urban_rural)
    _make(root, "move", [code], on, reason, period, values=values, is_new_township=new_township)


@command("rename", register)
@click.argument("code")
@click.argument("name")
@_change_options
def rename(root: Path, code: str, name: str, on: str, reason: str, period: str | None) -> None:
    """Give a school another name from that day on."""
    _make(root, "rename", [code], on, reason, period, values=_values(school_name=name))


@command("retype", register)
@click.argument("code")
@_option("--type", "type")
@_kind_options
@_change_options
def retype(root: Path, code: str, on: str, reason: str, period: str | None, **given: str | None) -> None:
    """Change a school's type, ownership, or urban or rural place from that day on."""
    kind, own = given.pop("type", None), given
    values = _values(school_type=kind, **own)
    if not values:
        raise UsageError(text("register.errors.no_kind"))
    _make(root, "retype", [code], on, reason, period, values=values)


@command("recode", register)
@click.argument("old")
@click.argument("new")
@_change_options
def recode(root: Path, old: str, new: str, on: str, reason: str, period: str | None) -> None:
    """Give a school another code from that day on; what it did under the old one stays its own."""
    _make(root, "recode", [old], on, reason, period, heir=new)


@command("undo", register)
@click.argument("number", type=int, required=False)
@_reason_option
@home_option
def undo(root: Path, number: int | None, reason: str) -> None:
    """Take back the last change, or the one with that number in the log, by a later register."""
    from pipelines.register.recording import plan_undo

    if not reason.strip():
        raise UsageError(text("register.errors.no_reason"))
    settings = chosen_settings(root, None, None, None)
    _record(settings, lambda registers: plan_undo(registers, number, reason.strip()), None)
