"""The auditor's guide: what it shows is what its commands print, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.commands.demo import SCHOOLS_OF_FIVE, months_of, run_last_month
from pipelines.commands.demo_releases import PASSPHRASE, published_standard
from tests.guide.console import PAGES, run, steps


def test_both_languages_show_the_same_commands_and_outputs() -> None:
    english, chinese = (steps(page) for page in PAGES)
    assert len(english) > 12
    assert english == chinese


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_pages_name_the_county_and_the_passphrase_of_the_demo(page: Path) -> None:
    words = page.read_text(encoding="utf-8")
    assert f"demo/{published_standard()}/" in words
    assert PASSPHRASE in words


@pytest.mark.guide
def test_the_commands_print_what_the_guide_shows(tmp_path: Path) -> None:
    standard = published_standard()
    run_last_month(tmp_path / "demo" / standard, standard, SCHOOLS_OF_FIVE, months_of(3), 1, is_published=True)
    for step in steps(PAGES[0]):
        assert run(step, tmp_path).masked == step.masked, step.command
