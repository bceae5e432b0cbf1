"""A small county published, built again from its originals, and again after one original or one figure was changed."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
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
from pipelines.publish.keys import PASSPHRASE, unlock
from pipelines.publish.manifest import NAME as MANIFEST
from pipelines.publish.manifest import SIGNATURE, hash_files, manifest_text, read_manifest
from pipelines.publish.release import publish
from pipelines.publish.trust import Trust, read_trust, trust_document, trust_of, write_trust
from pipelines.publish.verify import verify, verify_integrity
from pipelines.receive.inbox import receive
from pipelines.report.gathering import gather
from pipelines.report.proof_pages import write_proof_pages
from pipelines.reproduce.rebuild import Reproduction, compare_release, reproduce
from pipelines.reproduce.trace import trace
from pipelines.sample.county import Delivery, make_county
from pipelines.settings import Settings
from pipelines.stages import run_stages
from pipelines.store.batches import batch_folders
from pipelines.store.home import Home
from pipelines.store.ledger import read_ledger
from tests.determinism.surroundings import Surroundings, copy_checkout
from tests.faults import homes
from tests.unit.own_calendar import write_calendar
from tests.unit.publish.published import Row, change_rows
from tests.unit.publish.signing import give_keys

pytestmark = pytest.mark.slow

STANDARD = "jinghong-2019"
MONTHS = ("2026-09", "2026-10", "2026-11")
PLACE = f"reports/{STANDARD}/2026-11"
STANDARD_FILE = f"data_contracts/standards/{STANDARD}.yaml"
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
    write_calendar(made, id="county", makeup_days=[], first_month="2026-09")
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


@pytest.fixture(scope="module")
def rebuilt(published: tuple[Settings, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Reproduction, Path]:
    """November built again, with the clean home in which it was."""
    settings, release = published
    folder = tmp_path_factory.mktemp("rebuilt") / "clean"
    return reproduce(release, settings.home.originals, folder), folder


def forged(release: Path, home: Home, to: Path, change: Callable[[Path], None]) -> Path:
    """A copy that the holder of the bureau's key changed, with every hash and the signature made anew."""
    shutil.copytree(release, to, copy_function=shutil.copyfile)
    change(to)
    signer = unlock(home, os.environ[PASSPHRASE])
    files = {name: digest for name, digest in hash_files(to).items() if name not in (MANIFEST, SIGNATURE)}
    content = manifest_text(replace(read_manifest(release), files=files)).encode()
    (to / MANIFEST).write_bytes(content)
    (to / SIGNATURE).write_bytes(signer.sign(content))
    return to


def change_standard(root: Path, old: str, new: str) -> None:
    """Rewrites one place of the standard's file below `root`."""
    path = root / STANDARD_FILE
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def loosen(root: Path) -> None:
    """Half an hour more to report an incident."""
    change_standard(root, "minutes: {value: 60", "minutes: {value: 90")


def change_first(name: str, named: Row, new: Row) -> Callable[[Path], None]:
    """Changes, of a CSV file of the report, the first row that says so."""

    def change(rows: list[Row]) -> None:
        next(row for row in rows if named.items() <= row.items()).update(new)

    return lambda release: change_rows(release / PLACE / name, change)


def test_every_figure_and_file_comes_out_the_same(
    published: tuple[Settings, Path], rebuilt: tuple[Reproduction, Path]
) -> None:
    settings, release = published
    kept = read_manifest(release).files["calendar.yaml"]
    assert json.loads((release / PLACE / "manifest.json").read_bytes())["standard"]["calendar.yaml"] == kept
    assert len(batch_folders(settings.home.stage_dir("extract"))) > 2
    found, _ = rebuilt
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


def test_a_figure_that_the_key_holder_changed_is_named_by_verify_and_reproduce(
    published: tuple[Settings, Path], rebuilt: tuple[Reproduction, Path], tmp_path: Path
) -> None:
    settings, release = published
    change = change_first("figures.csv", {"indicator": "closed_campus", "unit_level": "county"}, {"met": "99"})
    copy = forged(release, settings.home, tmp_path / "forged", change)
    assert verify_integrity(copy).problems == ()
    (problem,) = verify(copy).problems
    assert problem.startswith(f"{PLACE}/figures.csv：closed_campus　")
    assert "met 不能由" in problem
    assert problem.endswith("实为 99")
    found = compare_release(copy, read_manifest(copy), rebuilt[1])
    assert not found.is_identical
    assert [line.partition("：")[0] for line in found.differences] == [
        f"数字　{problem.split('：')[1].split('　')[0]}　{problem.split('　')[1]}　met",
        f"文件　{PLACE}/figures.csv",
    ]


def test_a_status_that_the_key_holder_changed_is_named_by_verify_and_reproduce(
    published: tuple[Settings, Path], rebuilt: tuple[Reproduction, Path], tmp_path: Path
) -> None:
    settings, release = published
    named = {"indicator": "closed_campus", "status": "met"}
    copy = forged(
        release, settings.home, tmp_path / "forged", change_first("assessments.csv", named, {"status": "unmet"})
    )
    assert verify_integrity(copy).problems == ()
    problems = verify(copy).problems
    assert problems
    assert all(one.startswith(f"{PLACE}/figures.csv：closed_campus　") for one in problems)
    found = compare_release(copy, read_manifest(copy), rebuilt[1])
    assert found.differences == (f"文件　{PLACE}/assessments.csv：重算结果与发布时不同",)


@pytest.mark.parametrize(
    ("name", "named", "new", "told"),
    [
        ("assessments.csv", {"indicator": "drill_frequency", "status": "met"}, {"actual": "77"}, ()),
        (
            "figures.csv",
            {"indicator": "hazard_closure.reopened", "unit_level": "county"},
            {"numerator": "77", "value": "77"},
            ("numerator：77 → ", "value：77 → "),
        ),
    ],
)
def test_what_follows_from_the_release_alone_only_reproduce_can_disprove(
    name: str,
    named: Row,
    new: Row,
    told: tuple[str, ...],
    published: tuple[Settings, Path],
    rebuilt: tuple[Reproduction, Path],
    tmp_path: Path,
) -> None:
    """A number that no figure counts, and one that cases.csv does not tell: see figure_check."""
    settings, release = published
    copy = forged(release, settings.home, tmp_path / "forged", change_first(name, named, new))
    assert verify(copy).problems == ()
    *figures, file = compare_release(copy, read_manifest(copy), rebuilt[1]).differences
    assert file == f"文件　{PLACE}/{name}：重算结果与发布时不同"
    assert len(figures) == len(told)
    assert all(part in line for part, line in zip(told, figures, strict=True))


def test_a_threshold_that_differs_from_the_one_at_hand_is_named_with_its_file(
    published: tuple[Settings, Path], rebuilt: tuple[Reproduction, Path], tmp_path: Path
) -> None:
    settings, release = published
    copy = forged(release, settings.home, tmp_path / "forged", loosen)
    first, *others = compare_release(copy, read_manifest(copy), rebuilt[1]).differences
    assert first.startswith(f"规则　{STANDARD_FILE}：标准编号 {STANDARD} 未变，规则不同：")
    assert "90 → 60" in first
    assert others == []


@pytest.mark.faults
def test_a_program_with_another_threshold_names_it_and_the_figures_that_it_moves(
    published_earlier: tuple[Settings, Path], tmp_path: Path
) -> None:
    settings, release = published_earlier
    clone = copy_checkout(tmp_path / "clone")
    change_standard(clone, "middle_guards: {value: 2", "middle_guards: {value: 20")
    ended = homes.command("reproduce", release, "--originals", settings.home.originals, checkout=clone)
    assert ended.code == 1, ended
    rules = next(line for line in ended.said.splitlines() if line.startswith(f"规则　{STANDARD_FILE}："))
    assert "middle_guards" in rules
    assert "2 → 20" in rules
    assert {line.split("　")[1].split(".")[0] for line in ended.said.splitlines() if line.startswith("数字　")} == {
        "guards_staffing"
    }


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
