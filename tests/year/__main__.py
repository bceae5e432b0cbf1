"""Live the year in a folder of its own, and write what happened: `python -m tests.year --schools 300 --home FOLDER`.

It works in a copy of the checkout, since a new standard is put into it in mid-year.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.year.apart import live_apart
from tests.year.page import page_of


def main() -> None:
    """Live it, then write the page."""
    parser = argparse.ArgumentParser(prog="python -m tests.year", description=__doc__)
    parser.add_argument("--schools", type=int, default=300)
    parser.add_argument("--home", type=Path, required=True, help="a folder that does not exist yet")
    parser.add_argument("--page", type=Path, help="where the page goes; standard output where it is not given")
    chosen = parser.parse_args()
    page = page_of(live_apart(chosen.home.resolve(), chosen.schools))
    if chosen.page:
        chosen.page.write_text(page, encoding="utf-8")
    else:
        print(page, end="")


if __name__ == "__main__":
    main()
