"""Everything that is wrong with a standard's file, a line each: file, provision, part and reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import yaml

from pipelines.errors import MetadataError
from pipelines.measure.scopes import read_provision
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.calendars import load_calendar
from pipelines.metadata.standards import Standard, parse_standard, standard_problems

SCHEMA = METADATA_ROOT / "standards" / "standard.schema.json"


def lint(path: Path) -> list[str]:
    """Every problem of the file, once each; none where the standard can be measured.

    A provision that the reader cannot make out is reported by the reader, which knows what was meant, and not again
    by the schema. References and expressions are checked once every provision can be made out.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return [f"{path.name}: cannot be read: {error}"]
    problems: list[str] = []
    try:
        standard = parse_standard(path)
    except MetadataError as error:
        problems += str(error).splitlines()
    else:
        problems += _problems(standard, path)
    told = {problem.split(": ")[1] for problem in problems if problem.count(": ") > 1}
    problems += [f"{path.name}: {where}: {reason}" for where, reason in _schema_problems(document) if where not in told]
    return list(dict.fromkeys(problems))


def _problems(standard: Standard, path: Path) -> Iterator[str]:
    yield from (f"{path.name}: {problem}" for problem in standard_problems(standard))
    if standard.id != path.stem:
        yield f"{path.name}: id: {standard.id!r} is not the file's name"
    try:
        load_calendar(standard.calendar)
    except MetadataError as error:
        yield f"{path.name}: calendar: {error}"
    for provision in standard.provisions:
        if not set(provision.population.split(",")) <= set(standard.populations):
            continue
        try:
            read_provision(standard, provision)
        except MetadataError as error:
            yield from str(error).splitlines()


def _schema_problems(document: Any) -> Iterator[tuple[str, str]]:
    """(provision or key, reason) of everything that the JSON Schema refuses; dates are text to JSON."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    plain = json.loads(json.dumps(document, default=str))
    for error in sorted(jsonschema.Draft202012Validator(schema).iter_errors(plain), key=lambda one: list(one.path)):
        path = [str(part) for part in error.absolute_path]
        where, inner = path[0] if path else "file", path[1:]
        if where == "provisions" and inner:
            entry = plain["provisions"][int(inner[0])]
            where, inner = str(entry.get("id", inner[0]) if isinstance(entry, dict) else inner[0]), inner[1:]
        part = f"{'.'.join(inner)}: " if inner else ""
        yield where, f"{part}{_reason(error)}"


def _reason(error: jsonschema.ValidationError) -> str:
    """One line without the whole of what was written."""
    if error.validator in ("oneOf", "anyOf"):
        if listed := next((one for one in error.context if one.validator == "enum"), None):
            return listed.message
        wanted = {str(name) for one in error.context if one.validator == "required" for name in _names(one)}
        return f"needs one of {', '.join(sorted(wanted))}" if wanted else "has none of the forms that are allowed"
    return error.message if len(error.message) < 160 else f"does not satisfy {error.validator} of the schema"


def _names(error: jsonschema.ValidationError) -> list[str]:
    return error.validator_value if isinstance(error.validator_value, list) else []
