"""Homes that several faults start from; each test takes a copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import homes


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The month's files. Not to be changed."""
    return homes.make_inbox(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def begun(inbox: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a filled inbox that has received nothing. Not to be changed."""
    return homes.begin(tmp_path_factory.mktemp("begun") / "home", inbox)


@pytest.fixture(scope="session")
def reported(begun: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after an undisturbed run. Not to be changed."""
    root = homes.copy_of(begun, tmp_path_factory.mktemp("reported") / "home")
    homes.succeeded(homes.run(root))
    return root


@pytest.fixture(scope="session")
def published(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same after it was published. Not to be changed."""
    root = homes.copy_of(reported, tmp_path_factory.mktemp("published") / "home")
    homes.succeeded(homes.publish(root))
    return root
