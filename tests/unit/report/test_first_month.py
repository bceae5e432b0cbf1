"""Windows that had begun before the first month are named in one sentence, in both languages; else nothing is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipelines.report import bulletin, wording
from pipelines.report.blocks import Paragraph
from pipelines.report.first_month import early_windows_text
from pipelines.report.front import county_context
from pipelines.report.material import Material


def begun_early(planted: Material) -> Material:
    """The planted county with one window of a calendar year, in a home that begins in October."""
    first = replace(planted.assessments[0], window_start=date(2026, 1, 1), window_end=date(2026, 12, 31))
    others = [replace(row, window_start=date(2026, 10, 1)) for row in planted.assessments[1:]]
    return replace(planted, assessments=(first, *others), first_month="2026-10")


def test_windows_that_begun_before_the_first_month_are_named(planted: Material) -> None:
    material = begun_early(planted)
    said = early_windows_text(material)
    assert said.startswith("首个报送月为2026年10月，此前各月没有要求报送。考核期2026年1月1日至2026年12月31日始于此前：")
    assert county_context(material)["first_month"] == said
    blocks = [block for section in bulletin.compose(material).sections for block in section.blocks]
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    assert said in texts
    with wording.in_language("en"):
        assert "that had begun by then (2026-01-01 to 2026-12-31)" in early_windows_text(material)


def test_nothing_is_said_where_none_had(planted: Material) -> None:
    assert early_windows_text(planted) == ""
    assert early_windows_text(replace(begun_early(planted), first_month="2026-01")) == ""
