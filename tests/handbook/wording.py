"""The words of the handbook, from data_contracts/handbook.yaml and report.yaml."""

from __future__ import annotations

from pipelines.wording import Wording

words = Wording("handbook.yaml").entry
"""A text, or texts by name, of the handbook itself."""
report_words = Wording("report.yaml").entry
"""Texts by name that the reports use as well."""
