"""The number of the form in which a home lies on disk, in data/format; a home without it is of form 1."""

from __future__ import annotations

from pipelines.errors import UsageError
from pipelines.store.files import write_text_atomically
from pipelines.store.home import Home
from pipelines.wording import text

FORM = 2
"""2: may hold calendar.yaml, pruned files and what was kept of them. It rises when an older program would err in it."""


def check_form(home: Home) -> None:
    """UsageError where a newer program made the home: this one would take for lost what it does not know."""
    if not home.format.exists():
        return
    written = home.format.read_text(encoding="utf-8").strip()
    if not written.isdecimal() or int(written) > FORM:
        raise newer_home(home, f"{home.format.parent.name}/{home.format.name}: {written[:20]}")


def mark_form(home: Home) -> None:
    """Write the number: whoever works in the home brings it to this form. What older programs computed is redone."""
    if not home.format.exists() or home.format.read_text(encoding="utf-8") != f"{FORM}\n":
        write_text_atomically(home.format, f"{FORM}\n")


def newer_home(home: Home, found: str) -> UsageError:
    """What to say of a home in which something stands that only a newer program can have written."""
    return UsageError(text("errors.newer_home", home=home.root, found=found, known=FORM))
