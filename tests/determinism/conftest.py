"""The home that every other surroundings must make again, byte by byte, and a second place of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.determinism.surroundings import LOCALES, copy_checkout, make_locale
from tests.faults import homes


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a filled inbox that has received nothing. Not to be changed."""
    folder = tmp_path_factory.mktemp("begun")
    return homes.begin(folder / "home", homes.make_inbox(folder))


@pytest.fixture(scope="session")
def expected(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Path to sha256 of every file of the home when it was run and published here and now."""
    root = homes.copy_of(begun, tmp_path_factory.mktemp("expected") / "home")
    for ended in (homes.run(root), homes.publish(root)):
        homes.succeeded(ended)
    return homes.contents(root)


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program under another path, with a blank and Chinese in it."""
    return copy_checkout(tmp_path_factory.mktemp("code") / "另一处 program")


@pytest.fixture(scope="session")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the locales lie that this machine lacks."""
    folder = tmp_path_factory.mktemp("locales")
    for name in LOCALES.values():
        make_locale(folder, name)
    return folder
