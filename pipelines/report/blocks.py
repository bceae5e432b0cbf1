"""What the bulletin is made of: headings, paragraphs and tables, the same for the page and for Word."""

from __future__ import annotations

from dataclasses import dataclass

from pipelines.report.tables import Table


@dataclass(frozen=True)
class Heading:
    """A heading below the section's own."""

    text: str
    is_heading: bool = True


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text; its numbers are marked."""

    text: str
    is_heading: bool = False


Block = Heading | Paragraph | Table
