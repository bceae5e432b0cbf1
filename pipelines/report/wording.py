"""The reports' words, from data_contracts/report.yaml: Python holds none of them."""

from __future__ import annotations

from string import Formatter

from pipelines.report.marks import Said, Span, spans_of
from pipelines.wording import Wording

_WORDS = Wording("report.yaml")
entry = _WORDS.entry


def text(path: str, /, **values: str | int) -> str:
    """The sentence under that dotted path with its {names} filled in; numbers that are marked stay so."""
    plain = _WORDS.text(path, **values)
    if not any(isinstance(value, Said) for value in values.values()):
        return plain
    spans: list[Span] = []
    for words, name, _, _ in Formatter().parse(str(entry(path))):
        spans.append(Span(words))
        if name is not None:
            value = values[name]
            spans += spans_of(value) if isinstance(value, str) else (Span(str(value)),)
    return Said(spans)


def label(group: str, key: str) -> str:
    """The Chinese label of a coded value; the code itself where the wording has none, so that nothing disappears."""
    found = entry(group).get(key)
    if found is None:
        return key
    return str(found["zh"] if isinstance(found, dict) else found)


def column(name: str) -> str:
    """The Chinese title of a column."""
    return str(entry("columns")[name]["zh"])
