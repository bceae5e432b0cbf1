"""The bureau's office: its home, its clock, and the command line as an operator uses it."""

from __future__ import annotations

import shutil
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

from click.testing import CliRunner

from pipelines.cli import cli
from pipelines.commands import chase, register_changes, status
from pipelines.publish import keys, release
from pipelines.receive import inbox
from pipelines.store.home import Home

_CLOCKS: tuple[Callable[..., Any], ...] = (inbox.receive, release.publish, keys.keygen)
"""What reads the clock, by an argument that a command leaves to its default."""
_LAST_LINES = 4
_LOOKING: tuple[ModuleType, ...] = (chase, status, register_changes)
"""Commands that look at the clock themselves."""


@contextmanager
def clock_at(moment: datetime) -> Iterator[None]:
    """Let every command of the block believe that it is that moment: the year lies ahead."""
    told = type("Told", (datetime,), {"now": classmethod(lambda cls, tz=None: moment)})
    kept = [(each, each.__defaults__) for each in _CLOCKS]
    for module in _LOOKING:
        vars(module)["datetime"] = told
    for each, defaults in kept:
        each.__defaults__ = tuple((lambda: moment) if one == datetime.now else one for one in defaults or ())
    try:
        yield
    finally:
        for each, defaults in kept:
            each.__defaults__ = defaults
        for module in _LOOKING:
            vars(module)["datetime"] = datetime


@dataclass
class Office:
    """One home over the year; `seconds` is what the commands took so far, by name."""

    home: Home
    standard: str
    seconds: dict[str, float] = field(default_factory=dict)

    def say(self, *words: str | Path, at: datetime | None = None) -> str:
        """What the command prints; RuntimeError where it does not end well."""
        code, told = self.try_to(*words, at=at)
        if code:
            raise RuntimeError(f"{' '.join(map(str, words))} ended with {code}:\n{told}")
        return told

    def try_to(self, *words: str | Path, at: datetime | None = None) -> tuple[int, str]:
        """Exit code and output of the command at that moment; RuntimeError where it ends without a sentence."""
        begun = time.monotonic()
        with clock_at(at or datetime.now()):
            result = CliRunner().invoke(cli, [str(word) for word in words], prog_name="school-safety")
        self.seconds[str(words[0])] = self.seconds.get(str(words[0]), 0) + time.monotonic() - begun
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            told = "".join(traceback.format_exception(result.exception)[-_LAST_LINES:])
            raise RuntimeError(f"{' '.join(map(str, words))}: {told}") from result.exception
        return result.exit_code, result.output

    def receive(self, files: Sequence[Path], month: str, at: datetime) -> str:
        """The files come into the inbox of the month, beside what lies there, and are received."""
        folder = self.home.inbox / month / f"{at:%m%d-%H%M}"
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy2(file, folder / file.name)
        words = ("--home", self.home.root, "--standard", self.standard, "--period", month)
        return self.say("receive", *words, at=at)
