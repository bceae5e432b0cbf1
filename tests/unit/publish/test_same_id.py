"""A standard that demands something else under the same id is named, with its file and the rule."""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.metadata import METADATA_ROOT
from pipelines.publish.release import publish
from pipelines.publish.same_id import changed_since_last, rules_differ
from pipelines.settings import Settings

STANDARD = "jinghong-2019"
FILE = f"standards/{STANDARD}.yaml"


def change(root: Path, old: str, new: str) -> None:
    """Rewrite one place of the standard's file."""
    path = root / FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.chmod(0o644)
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_threshold_is_named_words_alone_are_not(tmp_path: Path) -> None:
    root = Path(shutil.copytree(METADATA_ROOT, tmp_path / "data_contracts"))
    assert rules_differ(root, METADATA_ROOT, STANDARD) is None
    change(root, "name_en: Hazard closure time and on-time rate", "name_en: Hazards")
    assert rules_differ(root, METADATA_ROOT, STANDARD) is None
    change(root, "minutes: {value: 60", "minutes: {value: 90")
    sentence = rules_differ(root, METADATA_ROOT, STANDARD)
    assert sentence is not None
    assert sentence.startswith(f"data_contracts/{FILE}：标准编号 {STANDARD} 未变，规则不同：")
    assert "校园安全事故及时上报" in sentence
    assert "90 → 60" in sentence


def test_a_standard_that_cannot_be_read_is_left_to_others(tmp_path: Path) -> None:
    assert rules_differ(tmp_path, METADATA_ROOT, STANDARD) is None


def test_a_release_is_held_against_the_last_one_of_its_standard(settings: Settings) -> None:
    first = publish(settings, "")
    second = publish(settings, "again")
    assert changed_since_last(first) is None
    assert changed_since_last(second) is None
    change(first / "data_contracts", "minutes: {value: 60", "minutes: {value: 90")
    sentence = changed_since_last(second)
    assert sentence is not None
    assert sentence.startswith(f"与上一次发布 {STANDARD}/2026-10/r1 相比，data_contracts/{FILE}：")
    copied = shutil.copytree(second, first.parents[3] / "copied")
    assert changed_since_last(copied) is None
