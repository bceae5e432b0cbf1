"""Rebuilding: originals are checked one by one, and every difference is named."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from pipelines.errors import IntegrityError
from pipelines.publish.environment import versions
from pipelines.publish.key_chain import chain_text
from pipelines.publish.keys import unlock
from pipelines.publish.manifest import Manifest, hash_files, manifest_text, read_manifest
from pipelines.reproduce.originals import fill_home
from pipelines.reproduce.rebuild import compare_release, reproduce
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, read_ledger
from tests.unit.publish.signing import give_keys

CONTENTS = (b"first workbook", b"second workbook")
REPORT = Path("reports/jinghong-2019/2026-10")
HEADER = (
    "standard,period,as_of,indicator,clause,unit_level,unit_code,unit_name,numerator,denominator,value,lower,upper,"
    "reported_value,met,unmet,pending,exempt,unreported,measure_unit,status"
)
ROW = "jinghong-2019,2026-10,2026-11-05T18:00:00,{0},x,county,all,全市,{1},13,0.5,,,,,,,,,rate,final"


def figures(*rows: tuple[str, int]) -> bytes:
    """figures.csv with these indicators and numerators."""
    return "\r\n".join([HEADER, *(ROW.format(*row) for row in rows), ""]).encode("utf-8-sig")


def entry(number: int, content: bytes) -> LedgerEntry:
    """The ledger's line for a content."""
    digest = hashlib.sha256(content).hexdigest()
    name = f"{number}号.xlsx".encode().hex()
    return LedgerEntry(number, digest, datetime(2026, 11, 2, 9), "2026-10", name, len(content))


@pytest.fixture
def originals(tmp_path: Path) -> Path:
    """A vault that holds both originals."""
    vault = Home(tmp_path / "vault")
    for content in CONTENTS:
        path = vault.original(hashlib.sha256(content).hexdigest())
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return vault.originals


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """A release of two figures, a page and one table."""
    folder = tmp_path / "release"
    (folder / REPORT).mkdir(parents=True)
    (folder / "rows").mkdir()
    (folder / REPORT / "figures.csv").write_bytes(figures(("closed_campus", 9), ("guards_staffing", 7)))
    (folder / REPORT / "index.html").write_bytes(b"page")
    (folder / REPORT / "manifest.json").write_bytes(b"{}")
    (folder / "rows" / "core_guards.parquet").write_bytes(b"rows")
    home = Home(tmp_path / "publisher")
    give_keys(home)
    signer = unlock(home)
    (folder / "keys.json").write_text(chain_text(signer.keys), encoding="utf-8")
    manifest = Manifest(
        standard="jinghong-2019",
        period="2026-10",
        as_of=datetime(2026, 11, 5, 18),
        number=1,
        reason="",
        published_at=datetime(2026, 11, 6, 9),
        key=signer.public_key,
        history=(),
        compared_period=None,
        compared_as_of=None,
        versions=versions(),
        originals=tuple(entry(number, content) for number, content in zip((3, 8), CONTENTS, strict=True)),
        files=hash_files(folder),
    )
    content = manifest_text(manifest).encode()
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.sig").write_bytes(signer.sign(content))
    return folder


@pytest.fixture
def rebuilt(release: Path, tmp_path: Path) -> Path:
    """What a faithful rebuild leaves."""
    folder = tmp_path / "rebuilt"
    for name in ("reports", "rows"):
        shutil.copytree(release / name, folder / name)
    return folder


def test_a_clean_home_gets_the_originals_and_a_ledger_of_them_without_gaps(
    release: Path, originals: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "clean")
    manifest = read_manifest(release)
    fill_home(home, manifest, originals)
    assert [one.sequence for one in manifest.originals] == [3, 8]
    renumbered = [replace(one, sequence=number) for number, one in enumerate(manifest.originals, 1)]
    assert read_ledger(home) == renumbered
    assert [home.original(one.sha256).read_bytes() for one in manifest.originals] == list(CONTENTS)


@pytest.mark.parametrize("named_by", ["{sha256}", "{place}.xlsx", "学校 {place} 报来"])
def test_originals_may_lie_flat_in_one_folder_under_any_names(
    named_by: str, release: Path, originals: Path, tmp_path: Path
) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for place, path in enumerate(sorted(originals.glob("*/*"))):
        shutil.copy(path, flat / named_by.format(sha256=path.name, place=place))
    (flat / "another").write_bytes(CONTENTS[0][::-1])
    home = Home(tmp_path / "clean")
    fill_home(home, read_manifest(release), flat)
    assert [home.original(one.sha256).read_bytes() for one in read_ledger(home)] == list(CONTENTS)


def test_a_file_of_that_name_with_another_content_was_changed(release: Path, originals: Path, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    (flat / "3号.xlsx").write_bytes(CONTENTS[0])
    (flat / "8号.xlsx").write_bytes(CONTENTS[1] + b"\0")
    with pytest.raises(IntegrityError, match=r"（8号.xlsx）已被改动"):
        fill_home(Home(tmp_path / "clean"), read_manifest(release), flat)
    (flat / "8号.xlsx").unlink()
    with pytest.raises(IntegrityError, match=r"没有原件 \w+（8号.xlsx）"):
        fill_home(Home(tmp_path / "again"), read_manifest(release), flat)


def test_a_missing_or_changed_original_is_named(release: Path, originals: Path, tmp_path: Path) -> None:
    lost = read_manifest(release).originals[1]
    path = originals / lost.sha256[:2] / lost.sha256
    path.write_bytes(b"forged")
    with pytest.raises(IntegrityError, match=rf"{lost.sha256}（8号.xlsx）已被改动"):
        reproduce(release, originals, tmp_path / "one")
    path.unlink()
    with pytest.raises(IntegrityError, match=rf"没有原件 {lost.sha256}（8号.xlsx）"):
        reproduce(release, originals, tmp_path / "two")


def test_a_release_that_was_changed_is_not_rebuilt(release: Path, originals: Path, tmp_path: Path) -> None:
    (release / REPORT / "index.html").write_bytes(b"Page")
    with pytest.raises(IntegrityError, match=r"index\.html"):
        reproduce(release, originals, tmp_path / "clean")
    assert not (tmp_path / "clean").exists()


def test_a_folder_that_holds_data_is_not_used(release: Path, originals: Path, tmp_path: Path) -> None:
    (tmp_path / "clean" / "data").mkdir(parents=True)
    with pytest.raises(IntegrityError, match="空目录"):
        reproduce(release, originals, tmp_path / "clean")


def test_identical_figures_and_files_are_counted(release: Path, rebuilt: Path) -> None:
    found = compare_release(release, read_manifest(release), rebuilt)
    assert found.is_identical
    assert (found.figure_count, found.file_count) == (2, 4)
    assert found.summary == "2 个数字、4 个文件与发布时完全相同"


def test_a_moved_figure_and_its_file_are_named(release: Path, rebuilt: Path) -> None:
    (rebuilt / REPORT / "figures.csv").write_bytes(figures(("closed_campus", 9), ("guards_staffing", 8)))
    found = compare_release(release, read_manifest(release), rebuilt)
    assert found.differences == (
        "数字　guards_staffing　全市　numerator：7 → 8",
        f"文件　{REPORT.as_posix()}/figures.csv：重算结果与发布时不同",
    )
    assert (found.figure_count, found.file_count) == (1, 3)
    assert found.summary == "1 个数字、3 个文件相同，另有 2 处不同"


def test_missing_and_extra_files_are_named(release: Path, rebuilt: Path) -> None:
    (rebuilt / "rows" / "core_guards.parquet").unlink()
    (rebuilt / REPORT / "new.csv").write_bytes(b"x")
    found = compare_release(release, read_manifest(release), rebuilt)
    assert found.differences == (
        f"文件　{REPORT.as_posix()}/new.csv：发布时没有",
        "文件　rows/core_guards.parquet：重算没有得到",
    )


def test_other_libraries_and_contracts_are_told_but_are_no_difference(release: Path, rebuilt: Path) -> None:
    manifest = read_manifest(release)
    older = replace(manifest, versions={**manifest.versions, "duckdb": "1.4.0"})
    found = compare_release(release, older, rebuilt)
    assert found.is_identical
    assert any(line.startswith("环境　duckdb：发布时为 1.4.0") for line in found.environment)
    assert any("data_contracts/items.yaml" in line for line in found.environment)
