"""The year lived month by month: what comes is received when it comes, then the month is run, checked and published."""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.periods import parse_period
from pipelines.publish.keys import PASSPHRASE
from pipelines.publish.staleness import stale_releases
from pipelines.settings import Settings, parse_as_of
from pipelines.store.home import Home
from tests.unit.publish.signing import give_keys
from tests.year.apart import TOLD
from tests.year.checks import figure_problems, planted_problems
from tests.year.county import MONTHS, STANDARD, Came, Tale, known_register, tell
from tests.year.deeds import WRONG_AT, Deed, as_corrected, corrected, deeds_of
from tests.year.office import Office
from tests.year.punctual import counts, planted_states, state_problems, told_states
from tests.year.standard import FROM, NEW, issue

_CHASE_ON, _RUN_ON = 8, 20
"""Days of the following month: when it is asked who is missing, and by whose end the month is measured."""
_TERMS = ("2026-2027-S1:2026-09-01:2027-01-22", "2026-2027-S2:2027-03-01:2027-07-09")
_LONGER = {
    "2026-09": ("2026Q3",),
    "2026-12": ("2026Q4", "2026"),
    "2027-02": ("2026-2027-S1",),
    "2027-03": ("2027Q1",),
    "2027-06": ("2027Q2",),
    "2027-08": ("2026-2027-S2", "2026-2027"),
}
"""Longer periods, by the month with which they end."""
_REFRESHED = ("2026-12", "2027-02", "2027-08")
"""Months after which everything stale is published again: a bureau does not do so for each late file."""
_REVISED, _PROVEN = "2026-10", "2027-03"
"""The month published twice whose releases are compared, and the one that is made again at the end."""
_SHOWN = 40
_STATES = ("on_time", "late", "missing")


@dataclass
class Month:
    """What a month of the year came to; one row of each table of docs/year.md."""

    label: str
    standard: str
    events: list[str] = field(default_factory=list)
    files: dict[str, int] = field(default_factory=dict)
    states: dict[str, int] = field(default_factory=dict)
    figures: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    releases: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    database_bytes: int = 0
    original_count: int = 0


@dataclass
class Year:
    """The office and its county on the way through the months."""

    office: Office
    tale: Tale
    schools: int
    tell_progress: Callable[[str], None]
    months: list[Month] = field(default_factory=list)
    ending: list[str] = field(default_factory=list)
    waiting: int = 0
    happenings: list[Came | Deed] = field(init=False)

    def __post_init__(self) -> None:
        """Everything that happens, oldest first."""
        every: list[Came | Deed] = [*self.tale.came, *deeds_of(self.tale)]
        self.happenings = sorted(every, key=lambda one: one.at)

    def live(self) -> None:
        """All twelve months in order, then the proofs."""
        for label in MONTHS:
            month = Month(label, NEW if label >= FROM else STANDARD)
            self.months.append(month)
            if label == FROM:
                self._change_standard()
            try:
                self._chase(month)
                self._close(month)
            except RuntimeError as error:
                # The months after it can still be lived.
                month.problems.append(str(error))
            self.keep()
            self.tell_progress(f"{label}: {month.files}, {len(month.problems)} problems, {month.seconds}")
            for problem in month.problems[:_SHOWN]:
                self.tell_progress(f"  {problem}")
        self.ending += self._proofs()
        self.keep()

    def keep(self) -> None:
        """Tell the year so far in its file."""
        told = {"schools": self.schools, "months": [asdict(month) for month in self.months], "ending": self.ending}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        (self.office.home.root.parent / TOLD).write_text(text + "\n", encoding="utf-8")

    def _change_standard(self) -> None:
        issue(METADATA_ROOT / "standards", STANDARD)
        self.office.say("standards", "lint", NEW)
        self.office.standard = NEW

    def _settings(self, period: str, as_of: datetime) -> Settings:
        return Settings(self.office.home, self.office.standard, parse_period(period), as_of)

    def _chase(self, month: Month) -> None:
        """After the deadline: who is missing, and the reminders."""
        moment = _following(month.label, _CHASE_ON)
        self._receive_until(moment, month)
        home = self.office.home
        words = ("--home", home.root, "--period", month.label)
        settings = self._settings(month.label, moment)
        planted = planted_states(settings, self.tale)
        is_owed = any(label == month.label for label, _ in planted)
        code, said = self.office.try_to("chase", *words, "--as-of", moment.isoformat(), at=moment)
        if is_owed == bool(code):
            month.problems.append(f"chase: {said}")
        if is_owed:
            month.problems += state_problems(told_states(settings), planted)

    def _close(self, month: Month) -> None:
        """What came later is received, the month and the longer periods that end with it are reported."""
        as_of = _following(month.label, _RUN_ON)
        self._receive_until(as_of, month)
        self._report(month, month.label, as_of, "")
        for period in _LONGER.get(month.label, ()):
            self._report(month, period, as_of, "")
        month.stale = self._stale(as_of, month)
        if month.label in _REFRESHED:
            self._refresh(month, as_of)
        settings = self._settings(month.label, as_of)
        known = known_register(self.tale.register, settings.period, as_of)
        month.problems += planted_problems(settings, tuple(as_corrected(self.tale, as_of)), known)
        states = planted_states(settings, self.tale)
        month.problems += state_problems(told_states(settings), states)
        month.states = counts(states, month.label, _STATES)
        month.events += _changes(self.tale, month.label)
        month.figures = self._headline(month)
        month.database_bytes = self.office.home.database.stat().st_size
        month.original_count = sum(path.is_file() for path in self.office.home.originals.rglob("*"))

    def _receive_until(self, moment: datetime, month: Month) -> None:
        """Receive what came by then, each lot at its moment, and do at theirs what the bureau does itself."""
        files = Counter(month.files)
        while self.waiting < len(self.happenings) and self.happenings[self.waiting].at <= moment:
            lot = self.happenings[self.waiting]
            self.waiting += 1
            if isinstance(lot, Deed):
                self.office.say(*lot.words, "--home", self.office.home.root, at=lot.at)
                month.events.append(lot.what)
                continue
            self.office.receive(lot.files, lot.month, lot.at)
            if lot.at == WRONG_AT:
                month.problems += self._must_refuse(month, lot.at)
            outcomes = {one.file_name: one.outcome for one in self.tale.arrivals if one.received_at == lot.at}
            files.update(outcomes[path.name] for path in lot.files)
            if lot.what:
                month.events.append(f"{lot.what} ({lot.month})")
            elif lot.month < month.label:
                files["of earlier months"] += len(lot.files)
        month.files = dict(files)

    def _must_refuse(self, month: Month, at: datetime) -> list[str]:
        """A correction that does not fit must keep the month from being published, in one sentence."""
        office = self.office
        words = ("--home", office.home.root, "--period", month.label, "--standard", office.standard)
        told = office.say("run", *words, "--as-of", at.isoformat(), at=at)
        code, said = office.try_to("publish", *words, "--as-of", at.isoformat(), "--reason", "", at=at)
        named = self.tale.corrected[0]
        is_told = named is not None and named.school_code is not None and named.school_code in told + said
        return [] if code and is_told else [f"a correction that does not fit is not refused: {code} {said}"]

    def _report(self, month: Month, period: str, as_of: datetime, reason: str) -> None:
        """Run, check against the second opinion, publish and verify one period."""
        office, home = self.office, self.office.home
        words = ("--home", home.root, "--period", period, "--standard", office.standard, "--as-of", as_of.isoformat())
        begun = _cpu_seconds()
        office.say("run", *words, at=as_of)
        taken = _cpu_seconds() - begun
        month.problems += figure_problems(self._settings(period, as_of))
        office.say("publish", *words, "--reason", reason, at=as_of)
        folder = max((home.releases / office.standard / period).iterdir(), key=lambda one: int(one.name[1:]))
        code, said = office.try_to("verify", folder)
        month.problems += [f"verify {period}: {said}"] if code else []
        month.releases.append(f"{office.standard}/{period}/{folder.name}")
        month.seconds[month.releases[-1]] = round(taken, 1)

    def _stale(self, as_of: datetime, month: Month) -> list[str]:
        """Releases that are stale, each of which `status` must name."""
        told = self.office.say("status", "--home", self.office.home.root, at=as_of)
        stale = [one.path for one in stale_releases(self.office.home)]
        month.problems += [f"status does not name {path}" for path in stale if path not in told]
        return stale

    def _refresh(self, month: Month, as_of: datetime) -> None:
        """Publish every stale period again, by the standard under which it was published."""
        kept = self.office.standard
        for stale in stale_releases(self.office.home):
            self.office.standard = stale.manifest.standard
            self._report(month, stale.manifest.period, as_of, "补报和更正的报表已收到")
        self.office.standard = kept
        month.problems += [f"still stale: {one.path}" for one in stale_releases(self.office.home)]

    def _headline(self, month: Month) -> dict[str, tuple[str, str, str]]:
        """Numerator, denominator and value of some figures of the whole county, as published."""
        path = self.office.home.reports / month.standard / month.label / "figures.csv"
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = [row for row in csv.DictReader(stream) if row["unit_level"] == "county"]
        return {row["indicator"]: (row["numerator"], row["denominator"], row["value"]) for row in rows}

    def _proofs(self) -> Iterator[str]:
        """What does not hold at the end: a month in the middle made again, two revisions compared."""
        home = self.office.home
        code, said = self.office.try_to("reproduce", home.releases / NEW / _PROVEN / "r1", "--home", home.root)
        if code:
            yield f"reproduce: {said}"
        first, last = (home.releases / STANDARD / _REVISED / name for name in ("r1", "r2"))
        code, said = self.office.try_to("diff", first, last)
        if code or not said.strip():
            yield f"diff: {said}"
        for path in sorted(home.releases.rglob("revision.csv")):
            with path.open(encoding="utf-8-sig", newline="") as stream:
                causes = Counter(row["cause"] for row in csv.DictReader(stream))
            if "unexplained" in causes:
                yield f"{path.parent.relative_to(home.releases)}: {dict(causes)}"
        for folder in sorted(path.parent for path in home.releases.rglob("manifest.sig")):
            code, said = self.office.try_to("verify", folder)
            if code:
                yield said


def _cpu_seconds() -> float:
    """What this process and its children have computed so far; others use the machine, too."""
    return sum(os.times()[:4])


def _following(label: str, day: int) -> datetime:
    """The last second of that day of the following month."""
    return parse_as_of(f"{parse_period(label).end + timedelta(days=day)}")


def _changes(tale: Tale, label: str) -> Iterator[str]:
    """Changes of the register in the month."""
    for row in tale.register:
        if f"{row.valid_from_date:%Y-%m}" == label and row.valid_from_date.year > 2019:
            yield f"{row.school_code} from {row.valid_from_date} ({row.change_reason})"
        if row.valid_to_date and f"{row.valid_to_date:%Y-%m}" == label:
            yield f"{row.school_code} until {row.valid_to_date} ({row.change_reason})"


def live(folder: Path, schools: int, progress: Callable[[str], None]) -> Year:
    """The whole year under the folder, told in a file there."""
    begun = time.monotonic()
    tale = corrected(tell(folder / "tale", schools), folder / "tale")
    progress(f"{len(tale.arrivals)} files written in {time.monotonic() - begun:.0f} s")
    office = Office(Home(folder / "home"), STANDARD)
    own = (
        "--region",
        "云南省景洪市",
        "--first-month",
        MONTHS[0],
        *(word for term in _TERMS for word in ("--term", term)),
    )
    office.say("init", "--home", office.home.root, "--standard", STANDARD, "--period", MONTHS[0], *own)
    os.environ.setdefault(PASSPHRASE, "a passphrase of the simulated year")
    give_keys(office.home)
    year = Year(office, tale, schools, progress)
    year.live()
    return year


if __name__ == "__main__":
    live(Path(sys.argv[1]), int(sys.argv[2]), lambda line: print(line, flush=True))
