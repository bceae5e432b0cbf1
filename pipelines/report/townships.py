"""The same material for one township alone, and the name that its files bear."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from pipelines.errors import UsageError
from pipelines.report import wording
from pipelines.report.material import Material

FOLDER = "townships"
"""Folder of the townships' pages and bulletins."""
BULLETIN = "-report.html"
"""How the file of a township's bulletin ends."""
_PLAIN = re.compile("[\u4e00-\u9fff]{1,40}")
"""Names that every file system takes as they stand: Han characters alone, of which none differs only in case."""


@dataclass(frozen=True)
class TownshipMaterial(Material):
    """The material of one township: its schools, and its own figures where the whole's stand in a county's report.

    The figures of the whole stay among `figures`, to be compared with; what the bureau reports by itself is left out.
    """

    township: str = ""
    whole: ClassVar[str] = "township"


def township_of(material: Material) -> str:
    """The township that the material is narrowed to; empty for the whole."""
    return material.township if isinstance(material, TownshipMaterial) else ""


def townships(material: Material) -> tuple[str, ...]:
    """The townships with a school that must report, by name."""
    return tuple(sorted({school.township for school in material.expected if school.township}))


def file_stem(township: str) -> str:
    """What the files of a township are called: its name where that is plain, else a hash of it."""
    if _PLAIN.fullmatch(township):
        return township
    return f"township-{hashlib.sha256(township.encode('utf-8')).hexdigest()[:12]}"


def bulletin_file(township: str) -> str:
    """The file of its bulletin."""
    return f"{file_stem(township)}{BULLETIN}"


def _narrowed_rows(material: Material, township: str) -> Mapping[str, Any]:
    """What becomes of every part of the material that speaks of schools."""
    schools = {code: school for code, school in material.schools.items() if school.township == township}
    units = (("township", township), ("county", "county"))
    return {
        "schools": schools,
        "figures": tuple(row for row in material.figures if (row.unit_level, row.unit_code) in units),
        "assessments": tuple(row for row in material.assessments if row.unit_code in schools),
        **{
            name: tuple(row for row in getattr(material, name) if row.school_code in schools)
            for name in ("cases", "cohort", "counted", "submissions", "findings", "losses", "risky")
        },
        "timeliness": material.timeliness.of_schools(schools),
        "agreement": tuple(row for row in material.agreement if row.township == township),
    }


def narrowed(material: Material, township: str) -> TownshipMaterial:
    """The material of that township; UsageError where no school of the register lies in it."""
    if not township or not any(school.township == township for school in material.schools.values()):
        raise UsageError(wording.text("bulletin.no_township", township=township))
    kept = {field.name: getattr(material, field.name) for field in fields(Material)}
    return TownshipMaterial(**{**kept, **_narrowed_rows(material, township)}, township=township)
