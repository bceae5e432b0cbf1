"""The Chinese words of the files in data_contracts; those of the command line and of the errors that reach it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from pipelines.errors import MetadataError
from pipelines.metadata import METADATA_ROOT


@cache
def _read(file: str) -> dict[str, Any]:
    words: dict[str, Any] = yaml.load((METADATA_ROOT / file).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return words


@dataclass(frozen=True)
class Wording:
    """One file of words, by dotted keys such as `errors.no_home`."""

    file: str

    def entry(self, key: str) -> Any:
        """Whatever stands under that key; MetadataError naming file and key where there is nothing."""
        found: Any = _read(self.file)
        for part in key.split("."):
            try:
                found = found[part]
            except (KeyError, TypeError) as error:
                raise MetadataError(f"{self.file}: no entry {key} (stopped at {part})") from error
        return found

    def text(self, key: str, /, **values: object) -> str:
        """The sentence under that key with its {names} filled in; MetadataError where one is not given."""
        try:
            return str(self.entry(key)).format_map(values)
        except (KeyError, ValueError, IndexError) as error:
            raise MetadataError(f"{self.file}: {key} wants a value that is not given: {error}") from error

    def table(self, key: str) -> dict[str, str]:
        """All sentences under that key, by their own keys, not filled in."""
        return {str(name): str(value) for name, value in self.entry(key).items()}


text, table = Wording("cli.yaml").text, Wording("cli.yaml").table
