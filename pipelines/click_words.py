"""click.mo: what click itself says (usage, errors, headings of help), in the words of cli.yaml.

Run as `python -m pipelines.click_words`: it writes the catalogue that gettext reads, which is click's own way to speak
another language. A sentence that stands for one and for several is given as `one|several`.
"""

from __future__ import annotations

import struct
from pathlib import Path

from pipelines.wording import Wording

LOCALE = Path(__file__).parent / "locale"
LANGUAGE = "zh"
DOMAIN = "click"
_FILE = LOCALE / LANGUAGE / "LC_MESSAGES" / f"{DOMAIN}.mo"
_HEAD = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"
_MAGIC = 0x950412DE
_TABLES_AT = 28
_ROW = 8


def catalogue() -> bytes:
    """The catalogue's bytes: the same from the same words."""
    words = {"": _HEAD} | {key.replace("|", "\0"): said for key, said in Wording("cli.yaml").table("click").items()}
    pairs = sorted((key.encode(), said.encode()) for key, said in words.items())
    count = len(pairs)
    rows: list[bytes] = []
    place = _TABLES_AT + 2 * _ROW * count
    for text in (*(key for key, _ in pairs), *(said for _, said in pairs)):
        rows.append(struct.pack("<II", len(text), place))
        place += len(text) + 1
    head = struct.pack("<7I", _MAGIC, 0, count, _TABLES_AT, _TABLES_AT + _ROW * count, 0, 0)
    texts = (text + b"\0" for text in (*(key for key, _ in pairs), *(said for _, said in pairs)))
    return head + b"".join(rows) + b"".join(texts)


if __name__ == "__main__":
    _FILE.parent.mkdir(parents=True, exist_ok=True)
    _FILE.write_bytes(catalogue())
