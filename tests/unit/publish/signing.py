"""Keys for homes of tests, behind a passphrase that is quickly stretched."""

from __future__ import annotations

import os

import pytest

from pipelines.publish import keys
from pipelines.publish.trust import Trust
from pipelines.store.home import Home


def give_keys(home: Home) -> Trust:
    """The home's first pair, opened by the passphrase in the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "_BCRYPT_ROUNDS", 1)
        return keys.keygen(home, os.environ[keys.PASSPHRASE])
