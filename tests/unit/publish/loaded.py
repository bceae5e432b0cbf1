"""Databases written by hand that count as loaded: what open_database takes for whole."""

from __future__ import annotations

import json

from pipelines.load.database import _contents, _tables_file, database_version
from pipelines.store.database import connect
from pipelines.store.files import write_text_atomically
from pipelines.store.home import Home


def seal_database(home: Home) -> None:
    """tables.json over the home's database as it stands."""
    with connect(home.database, read_only=True) as connection:
        contents = _contents(connection)
    write_text_atomically(_tables_file(home), json.dumps({"version": database_version(), "tables": contents}))
