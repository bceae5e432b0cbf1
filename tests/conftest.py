"""What every test needs: no telemetry, and where the checkout lies."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

# What opens the keys that tests make, as a machine gives it.
os.environ["SCHOOL_SAFETY_PASSPHRASE"] = "a passphrase of the tests"
# Set before a test imports Great Expectations.
os.environ.update(GX_ANALYTICS_ENABLED="false", DVC_NO_ANALYTICS="true", DO_NOT_TRACK="1")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Root of the checkout."""
    return Path(__file__).resolve().parents[1]
