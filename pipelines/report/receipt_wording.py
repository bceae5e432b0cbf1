"""The Chinese wording of the receipt, from data_contracts/receipt.yaml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT

Section = dict[str, str | list[str]]
"""A part of the receipt: its phrases, and the headings of its table as `columns`."""


@dataclass(frozen=True)
class StatusWords:
    """What became of the submission: the words, the colour of the banner, what to do next."""

    words: str
    tone: str
    next: str


@dataclass(frozen=True)
class Wording:
    """receipt.yaml, key for key; sections are dictionaries of their keys."""

    sheet: str
    title: str
    font: str
    list_mark: str
    sentence_end: str
    unknown: str
    bureau: str
    month: str
    moment: str
    received_stated: str
    school: str
    identity: dict[str, str]
    version: str
    fingerprint: str
    status: dict[str, StatusWords]
    severity: dict[str, str]
    top: Section
    needless: dict[str, str]
    grouped_above: int
    others: Section
    counted: Section
    listed: Section
    corrected: Section
    answered: Section
    repairs: Section
    notices: Section
    notes_heading: str
    notes: list[str]
    notes_rejected: list[str]
    readable_rejections: list[str]
    example_marks: list[str]
    example: str
    example_join: str
    choices: str
    comment: str
    comment_hint: str
    comment_corrected: str
    comment_answer: str
    comment_more: str
    row: str
    whole_sheet: str
    cut: str
    rows_cut: str
    list_cut: str
    footer_checked: str
    footer: str


@cache
def wording() -> Wording:
    """The receipt's wording; MetadataError naming the file where a key is missing or unknown."""
    try:
        document = yaml.load((METADATA_ROOT / "receipt.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        document["status"] = {key: StatusWords(**entry) for key, entry in document["status"].items()}
        return Wording(**document)
    except (TypeError, KeyError, AttributeError, yaml.YAMLError) as error:
        raise MetadataError(f"receipt.yaml: {error}") from error


def words(section: Section, key: str) -> str:
    """One phrase of a section."""
    return str(section[key])


def columns(section: Section) -> list[str]:
    """The headings of a section's table."""
    return list(section["columns"])
