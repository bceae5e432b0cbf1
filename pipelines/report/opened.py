"""The material that a notebook opens: held by the running stage, else gathered; narrowed to a township if named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipelines.metadata.periods import parse_period
from pipelines.report.gathering import gather
from pipelines.report.material import Material
from pipelines.report.townships import narrowed
from pipelines.settings import Settings
from pipelines.store.home import Home


@dataclass(frozen=True)
class _Held:
    home: Path
    material: Material

    def is_of(self, settings: Settings) -> bool:
        """Whether it is what `settings` would gather."""
        asked = (settings.home.root.resolve(), settings.standard, settings.period, settings.as_of)
        return asked == (self.home.resolve(), self.material.standard.id, self.material.period, self.material.as_of)


_held: ContextVar[_Held | None] = ContextVar("held", default=None)


@contextmanager
def holding(home: Path, material: Material) -> Iterator[None]:
    """While it lasts, notebooks of that home, standard, period and moment that run in this process share `material`."""
    token = _held.set(_Held(home.resolve(), material))
    try:
        yield
    finally:
        _held.reset(token)


def open_material(home: str, standard: str, period: str, as_of: str, township: str) -> Material:
    """The material of that home, standard, period and moment (ISO form); of one township where it is named."""
    settings = Settings(Home(Path(home)), standard, parse_period(period), datetime.fromisoformat(as_of))
    held = _held.get()
    material = held.material if held is not None and held.is_of(settings) else gather(settings)
    return narrowed(material, township) if township else material
