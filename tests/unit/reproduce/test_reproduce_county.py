"""A small county published, built again from its originals, and again after one original or one figure was changed."""

from __future__ import annotations

import html
import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from docx import Document

from pipelines.cli import cli
from pipelines.errors import IntegrityError
from pipelines.metadata.periods import parse_period
from pipelines.publish.difference import figures_path
from pipelines.publish.key_chain import fingerprint, spaced
from pipelines.publish.manifest import read_manifest
from pipelines.publish.release import publish
from pipelines.publish.trust import Trust, read_trust, trust_document, trust_of, write_trust
from pipelines.receive.inbox import receive
from pipelines.report.material import gather
from pipelines.report.proof_pages import write_proof_pages
from pipelines.reproduce.rebuild import reproduce
from pipelines.reproduce.trace import trace
from pipelines.sample.county import Delivery, make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.batches import batch_folders
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.determinism.surroundings import Surroundings, copy_checkout
from tests.faults import homes
from tests.unit.publish.signing import give_keys

pytestmark = pytest.mark.slow

STANDARD = "jinghong-2019"
MONTHS = ("2026-09", "2026-10", "2026-11")
OCTOBER, NOVEMBER = datetime(2026, 11, 30, 18), datetime(2026, 12, 30, 18)


def month(home: Home, label: str, as_of: datetime) -> Settings:
    """The run of that month."""
    return Settings(home, STANDARD, parse_period(label), as_of)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A county of five schools that received and ran month by month: a second one of October follows November's."""
    root = tmp_path_factory.mktemp("county")
    county = make_county(root / "deliveries", 11, 5, list(MONTHS), STANDARD)
    made = Home(root / "home")
    give_keys(made)
    for label, as_of in (("2026-09", datetime(2026, 10, 31, 18)), ("2026-10", OCTOBER), ("2026-11", NOVEMBER)):
        for delivery in county.deliveries:
            if delivery.period == label:
                receive(made, delivery.folder, delivery.period, lambda at=delivery.received_at: at)  # type: ignore[misc]
        run_stages(month(made, label, as_of))
    first = next(one for one in county.deliveries if one.period == "2026-10")
    receive(made, _edited(root / "again", first), "2026-10", lambda: datetime(2026, 12, 30, 19))
    run_stages(month(made, "2026-11", NOVEMBER), ("extract", "validate", "load"))
    return made


def _edited(folder: Path, delivery: Delivery) -> Path:
    """A folder with one workbook of the delivery, its content another by one byte behind the end."""
    folder.mkdir()
    source = next(path for path in delivery.files if path.suffix == ".xlsx")
    (folder / source.name).write_bytes(source.read_bytes() + b"\0")
    return folder


@pytest.fixture(scope="module")
def published(home: Home) -> tuple[Settings, Path]:
    """November, the last month received."""
    settings = month(home, "2026-11", NOVEMBER)
    return settings, publish(settings, "first")


@pytest.fixture(scope="module")
def published_earlier(home: Home) -> tuple[Settings, Path]:
    """October, published after November had been received and run."""
    settings = month(home, "2026-10", OCTOBER)
    return settings, publish(settings, "late")


def test_every_figure_and_file_comes_out_the_same(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, release = published
    assert len(batch_folders(settings.home.stage_dir("extract"))) > 2
    found = reproduce(release, settings.home.originals, tmp_path / "clean")
    assert found.differences == ()
    assert found.environment == ()
    assert found.figure_count > 50
    assert found.file_count > 20


def test_another_machine_makes_the_same_from_a_copy(published_earlier: tuple[Settings, Path], tmp_path: Path) -> None:
    """A clone elsewhere, with other threads, zone, locale and hash seed: the short form of tests/determinism."""
    settings, release = published_earlier
    copied = shutil.copytree(release, tmp_path / "另一处" / "r1")
    plan = Surroundings(4, 1, "new-york", "ascii", 7, True, True).plan(tmp_path)
    clone = copy_checkout(tmp_path / "clone of it")
    ended = homes.command("reproduce", copied, "--originals", settings.home.originals, checkout=clone, **plan)
    assert ended.code == 0, ended
    (said,) = ended.said.splitlines()
    figures, files = map(int, re.findall(r"\d+", said))
    assert figures > 50
    assert files > 20


def test_an_auditor_checks_both_releases_and_moves_on(
    published: tuple[Settings, Path], published_earlier: tuple[Settings, Path], tmp_path: Path
) -> None:
    """November is the first of the chain: its bulletin prints the key alone."""
    (_, first), (settings, second) = published, published_earlier
    manifests = [read_manifest(release) for release in (first, second)]
    assert [one.chain for one in manifests] == [1, 2]
    kept = tmp_path / "trust.json"
    write_trust(kept, Trust(manifests[0].key))
    for release, manifest in zip((first, second), manifests, strict=True):
        ended = CliRunner().invoke(cli, ["verify", str(release), "--trust", str(kept), "--update"])
        assert ended.exit_code == 0, ended.output
        assert "已按信任文件核对签名者和编号" in ended.output
        assert read_trust(kept) == trust_of(manifest.key, release, manifest)
    again = CliRunner().invoke(cli, ["verify", str(first), "--trust", str(kept), "--update"])
    assert (again.exit_code, "未改动" in again.output) == (0, True)
    assert read_trust(kept) == read_trust(settings.home.keys / "trust.json")


def test_the_bulletin_prints_the_key_in_word_and_on_its_page(published: tuple[Settings, Path]) -> None:
    _, release = published
    report = next(release.glob("reports/*/*"))
    printed = f"公钥指纹（SHA-256）：{spaced(fingerprint(read_manifest(release).key))}；编制本通报时尚未发布过"
    words = "".join(paragraph.text for paragraph in Document(str(report / "report.docx")).paragraphs)
    assert printed in words
    assert printed in html.unescape((report / "report.html").read_text(encoding="utf-8"))
    recorded = json.loads((report / "manifest.json").read_bytes())["trust"]
    assert recorded == trust_document(Trust(read_manifest(release).key))


def test_a_release_holds_nothing_received_later_or_of_a_later_month(published_earlier: tuple[Settings, Path]) -> None:
    settings, release = published_earlier
    originals = read_manifest(release).originals
    assert originals
    assert {one.period for one in originals} <= {"2026-09", "2026-10"}
    assert max(one.received_at for one in originals) <= OCTOBER
    assert len(originals) < len(read_ledger(settings.home))
    rows = pq.read_table(release / "rows" / "core_submissions.parquet")
    assert set(rows["period"].to_pylist()) <= {"2026-09", "2026-10"}
    assert set(rows["submission_no"].to_pylist()) <= {one.sequence for one in originals}


def test_one_original_that_was_changed_is_named(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, release = published
    vault = tmp_path / "vault"
    shutil.copytree(settings.home.originals, vault)
    path = sorted(vault.glob("*/*"))[0]
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(IntegrityError, match=path.name):
        reproduce(release, vault)


def test_a_figure_leads_to_the_schools_files(published: tuple[Settings, Path]) -> None:
    settings, _ = published
    found = trace(settings, "closed_campus")
    assert len(found.figures) == 1
    decided = [one for one in found.schools if one.assessment and one.assessment.status in ("met", "unmet")]
    assert decided
    for school in decided:
        assert [cell.label.split(" · ")[1] for cell in school.sources[0].cells] == ["是否落实", "落实(检查)日期"]
        assert school.sources[0].cells[0].text
        assert school.sources[0].cells[0].address
    assert found.sql


def test_a_trace_is_held_against_a_release(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, release = published
    asked = ["trace", "closed_campus", "--home", str(settings.home.root), "--release"]
    done = CliRunner().invoke(cli, [*asked, str(release)])
    assert done.exit_code == 0, done.output
    assert "closed_campus" in done.output
    both = CliRunner().invoke(cli, [*asked, str(release), "--period", "2026-11"])
    assert (both.exit_code, "--period" in both.output) == (2, True)
    other = shutil.copytree(release, tmp_path / "other", copy_function=shutil.copyfile)
    figures = figures_path(other)
    text = figures.read_text(encoding="utf-8")
    figures.write_text(re.sub(r"(,closed_campus,.*?,county,.*?),\d+,", r"\1,999,", text, count=1), encoding="utf-8")
    changed = CliRunner().invoke(cli, [*asked, str(other)])
    assert changed.exit_code == 1
    assert re.search("closed_campus.*999", changed.output)


def test_proof_pages_say_what_trace_says(published: tuple[Settings, Path], tmp_path: Path) -> None:
    settings, _ = published
    material = gather(settings)
    write_proof_pages(settings, material, tmp_path)
    cells = 0
    for indicator in ("closed_campus", "guards_staffing", "drill_frequency", "hazard_closure", "teacher_training"):
        found = trace(settings, indicator)
        page = html.unescape((tmp_path / "proof" / f"{indicator}.html").read_text(encoding="utf-8"))
        assert found.schools
        for one in found.schools:
            if one.assessment is None:
                assert all(f"<td>{case.case_no}</td>" in page for case in one.cases)
                continue
            row = page[page.index(f'id="school-{one.school_code}"') :].partition("</tr>")[0]
            assert all(source.file_name in row and source.sha256[:12] in row for source in one.sources)
            places = [f"{cell.address}" for source in one.sources for cell in source.cells]
            assert all(re.search(rf"[ 、]{place}\b", row) for place in places)
            sheets = [sheet for source in one.sources for sheet in source.sheets]
            assert all(f"{sheet.sheet}（{sheet.row_count}行）" in row for sheet in sheets)
            cells += len(places)
        assert found.sql in page
    assert cells > 10
