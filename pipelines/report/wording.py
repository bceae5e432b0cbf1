"""The reports' words, from data_contracts/report.yaml and, for English pages, report.en.yaml: Python holds none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from string import Formatter
from typing import Any, Protocol

from pipelines.report.marks import Said, Span, spans_of
from pipelines.wording import Wording

LANGUAGES = ("zh", "en")
"""Languages of the pages, the bureau's own first; bulletin, workbook and receipts are Chinese."""

_WORDS = Wording("report.yaml")
_ENGLISH = Wording("report.en.yaml")
_language: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])
entry = _WORDS.entry


class _Named(Protocol):
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


class _Term(Protocol):
    @property
    def zh(self) -> str: ...
    @property
    def en(self) -> str: ...


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """What is said inside is said in that language, one of LANGUAGES."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language that is spoken: one of LANGUAGES."""
    return _language.get()


def _words() -> Wording:
    """A sentence that English lacks is an error, never a Chinese one in its place."""
    return _WORDS if language() == LANGUAGES[0] else _ENGLISH


def name(thing: _Named) -> str:
    """The name of a standard, provision or check."""
    return thing.name_zh if language() == LANGUAGES[0] else thing.name_en


def term(thing: _Term) -> str:
    """The label of a value or an item."""
    return thing.zh if language() == LANGUAGES[0] else thing.en


def spoken(words: Mapping[str, str]) -> str:
    """What the words, by language, say in the one that is spoken; empty where they say nothing in it."""
    return str(words.get(language(), ""))


def text(path: str, /, **values: str | int) -> str:
    """The sentence under that dotted path with its {names} filled in; numbers that are marked stay so."""
    plain = _words().text(path, **values)
    if not any(isinstance(value, Said) for value in values.values()):
        return plain
    spans: list[Span] = []
    for words, field, _, _ in Formatter().parse(str(_words().entry(path))):
        spans.append(Span(words))
        if field is not None:
            value = values[field]
            spans += spans_of(value) if isinstance(value, str) else (Span(str(value)),)
    return Said(spans)


def table(path: str) -> dict[str, Any]:
    """All sentences under that dotted path by their keys, not filled in."""
    return dict(_words().entry(path))


def label(group: str, key: str) -> str:
    """The label of a coded value; the code itself where the wording has none, so that nothing disappears."""
    found = entry(group).get(key)
    return key if found is None else str(found[language()])


def column(name: str) -> str:
    """The title of a column."""
    return str(entry("columns")[name][language()])
