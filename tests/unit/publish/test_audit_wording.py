"""The wording of audits."""

from __future__ import annotations

import pytest

from pipelines.errors import MetadataError
from pipelines.publish.wording import say


def test_a_phrase_is_filled_in() -> None:
    assert say("verify.missing", path="a.csv") == "a.csv：文件缺失"


def test_a_phrase_that_is_not_there_is_named() -> None:
    with pytest.raises(MetadataError, match=r"verify\.gone"):
        say("verify.gone")
