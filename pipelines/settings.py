"""What a run is about: home, standard, period and the moment as of which it looks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path

import yaml

from pipelines import wording
from pipelines.errors import UsageError
from pipelines.metadata.periods import Period, parse_period
from pipelines.store.files import write_text_atomically
from pipelines.store.form import check_form, newer_home
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger

_PARAMS = {"standard", "period", "as_of"}


@dataclass(frozen=True)
class Settings:
    """One run. `as_of` None means: the ledger's last receipt for the period."""

    home: Home
    standard: str
    period: Period
    as_of: datetime | None = None

    def resolved(self) -> Settings:
        """The same with `as_of` filled in from the ledger; UsageError where nothing was received."""
        if self.as_of is not None:
            return self
        months = set(self.period.months)
        received = [entry.received_at for entry in read_ledger(self.home) if entry.period in months]
        if not received:
            raise UsageError(wording.text("errors.nothing_received", period=self.period.label))
        return replace(self, as_of=max(received))


def parse_as_of(text: str) -> datetime:
    """A date (its last second) or a moment of local time, ISO form; UsageError for anything else."""
    try:
        return datetime.combine(date.fromisoformat(text), time(23, 59, 59))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(wording.text("errors.as_of", as_of=repr(text))) from error
    if moment.tzinfo is not None:
        raise UsageError(wording.text("errors.as_of_zone", as_of=repr(text)))
    return moment


def write_params(settings: Settings) -> None:
    """params.yaml in the home: what DVC and the next command take as given."""
    params = {
        "standard": settings.standard,
        "period": settings.period.label,
        "as_of": settings.as_of.isoformat(timespec="seconds") if settings.as_of else None,
    }
    write_text_atomically(settings.home.params, yaml.safe_dump(params, sort_keys=False, allow_unicode=True))


def read_settings(root: Path) -> Settings:
    """The settings that params.yaml holds; UsageError where it is missing, incomplete or a newer program's."""
    home = Home(root)
    check_form(home)
    try:
        params = yaml.safe_load(home.params.read_text(encoding="utf-8"))
        if unknown := params.keys() - _PARAMS:
            raise newer_home(home, f"{home.params.name}: {', '.join(sorted(map(str, unknown)))}")
        as_of = parse_as_of(str(params["as_of"])) if params.get("as_of") else None
        return Settings(home, str(params["standard"]), parse_period(str(params["period"])), as_of)
    except FileNotFoundError as error:
        raise UsageError(wording.text("errors.no_params")) from error
    except (KeyError, TypeError, AttributeError, yaml.YAMLError) as error:
        raise UsageError(wording.text("errors.params", path=home.params)) from error
