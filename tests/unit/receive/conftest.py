"""A home that has received nothing yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.store.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")
