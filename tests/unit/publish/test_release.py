"""Publishing: frozen whole, chained, revised only with a reason."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from pipelines.errors import IntegrityError, UsageError
from pipelines.metadata.contracts import contracts
from pipelines.publish.accepted_rows import open_columns, write_rows
from pipelines.publish.key_chain import is_signed
from pipelines.publish.keys import rotate, unlock
from pipelines.publish.manifest import Earlier, Link, hash_files, hash_manifest, read_manifest
from pipelines.publish.release import publish
from pipelines.publish.trust import Trust, read_trust, trust_document
from pipelines.publish.verify import verify_integrity
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import append_entries
from tests.unit.publish.conftest import EARLIER, LEDGER, entry, write_manifest
from tests.unit.publish.loaded import seal_database


def report_of(settings: Settings) -> Path:
    """Folder of the report that is published."""
    return settings.home.reports / settings.standard / settings.period.label


def test_a_release_holds_report_rows_contracts_parameters_and_lock(settings: Settings) -> None:
    release = publish(settings, "")
    assert release == settings.home.releases / "jinghong-2019" / "2026-10" / "r1"
    files = read_manifest(release).files
    for name in (
        "reports/jinghong-2019/2026-10/figures.csv",
        "reports/jinghong-2019/2026-10/manifest.json",
        "reports/assets/plotly-1.min.js",
        "rows/core_guards.parquet",
        "rows/core_submissions.parquet",
        "data_contracts/standards/jinghong-2019.yaml",
        "data_contracts/school/guards.odcs.yaml",
        "requirements.lock",
        "params.yaml",
    ):
        assert name in files
    assert "reports/assets/plotly-0.min.js" not in files
    assert "revision.csv" not in files
    assert verify_integrity(release).problems == ()
    params = yaml.safe_load((release / "params.yaml").read_text(encoding="utf-8"))
    assert params == {"standard": "jinghong-2019", "period": "2026-10", "as_of": "2026-11-05T18:00:00"}


def test_the_manifest_lists_only_the_originals_on_which_the_report_rests(settings: Settings) -> None:
    manifest = read_manifest(publish(settings, ""))
    listed = [(entry.sequence, entry.file_name) for entry in manifest.originals]
    assert listed == [(1, "a.xlsx"), (2, "b.xlsx"), (5, "c.xlsx")]
    assert (manifest.compared_period, manifest.compared_as_of) == ("2026-09", EARLIER)
    assert manifest.versions["duckdb"]
    assert len(manifest.versions["code_sha256"]) == 64


def test_the_originals_behind_the_trends_are_listed_too(settings: Settings) -> None:
    """The same month as of an hour later rests on one file more; that stands for a period further back."""
    path = report_of(settings) / "manifest.json"
    document = json.loads(path.read_bytes())
    document["earlier"] = [{"period": "2026-10", "as_of": "2026-11-05T20:00:00"}]
    path.write_text(json.dumps(document), encoding="utf-8")
    release = publish(settings, "")
    manifest = read_manifest(release)
    assert manifest.earlier == (Earlier("2026-10", datetime(2026, 11, 5, 20)),)
    assert [entry.sequence for entry in manifest.originals] == [1, 2, 4, 5]
    assert verify_integrity(release).problems == ()


def test_rows_received_later_or_of_a_later_month_stay_out(settings: Settings) -> None:
    rows = publish(settings, "") / "rows"
    assert pq.read_table(rows / "core_submissions.parquet")["submission_no"].to_pylist() == [1, 2, 5]
    assert set(pq.read_table(rows / "core_guards.parquet")["submission_no"].to_pylist()) == {1}
    sheets = pq.read_table(rows / "core_sheets.parquet")
    assert sheets["submission_no"].to_pylist() == [1]
    assert sheets.column_names == ["submission_no", "table_name", "sheet_name", "row_count"]


def test_rows_bear_the_numbers_of_the_ledger(settings: Settings, tmp_path: Path) -> None:
    with connect(settings.home.database) as connection:
        connection.execute("UPDATE core_submissions SET duplicate_of = 1 WHERE submission_no = 2")
    seal_database(settings.home)
    write_rows(settings, tmp_path, [11, 12, 13, 14, 15])
    rows = pq.read_table(tmp_path / "core_submissions.parquet")
    assert rows["submission_no"].to_pylist() == [11, 12, 15]
    assert rows["duplicate_of"].to_pylist() == [None, 11, None]


@pytest.mark.parametrize("name", ["figures.csv", "index.html", "assets/plotly-1.min.js"])
def test_a_report_that_was_edited_is_not_frozen(settings: Settings, name: str) -> None:
    path = report_of(settings) / name if "/" not in name else settings.home.reports / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(IntegrityError, match=f"：{name}；"):
        publish(settings, "")
    assert not settings.home.releases.exists()


def test_files_added_to_or_taken_from_the_report_are_named(settings: Settings) -> None:
    (report_of(settings) / "index.html").unlink()
    (report_of(settings) / "more").mkdir()
    (report_of(settings) / "more" / "names.csv").write_text("x", encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"：assets/plotly-1\.min\.js、index\.html、more/names\.csv；"):
        publish(settings, "")


def test_a_report_whose_manifest_is_damaged_is_not_frozen(settings: Settings) -> None:
    (report_of(settings) / "manifest.json").write_text("{}", encoding="utf-8")
    with pytest.raises(IntegrityError, match=r"manifest\.json 已损坏"):
        publish(settings, "")


def test_a_report_made_before_all_its_files_had_come_is_not_frozen(settings: Settings) -> None:
    write_manifest(report_of(settings), settings.home, numbers=(1, 2))
    with pytest.raises(UsageError, match="没有包括截至时间前收到的全部文件"):
        publish(settings, "")
    write_manifest(report_of(settings), settings.home)
    append_entries(settings.home, [entry(7, "d.xlsx", datetime(2026, 11, 5, 17), "2026-10")])
    with pytest.raises(UsageError, match="没有包括截至时间前收到的全部文件"):
        publish(settings, "")


def test_a_database_that_lost_rows_is_built_again_before_it_is_published(settings: Settings) -> None:
    with connect(settings.home.database) as connection:
        connection.execute("DELETE FROM core_submissions WHERE submission_no = 1")
    rows = publish(settings, "") / "rows"
    assert pq.read_table(rows / "core_submissions.parquet")["submission_no"].to_pylist() == [1, 2, 5]
    with connect(settings.home.database, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM core_submissions").fetchall() == [(len(LEDGER),)]


def test_rows_are_ordered_and_carry_no_restricted_field(settings: Settings) -> None:
    release = publish(settings, "")
    rows = pq.read_table(release / "rows" / "core_guards.parquet")
    assert rows["row_no"].to_pylist() == [2, 3]
    assert rows["employment"].to_pylist() == ["full_time", "part_time"]
    assert "guard_name" not in rows.column_names
    assert "王*".encode() not in (release / "rows" / "core_guards.parquet").read_bytes()
    restricted = {field.name for one in contracts() for field in one.fields if field.classification == "restricted"}
    assert not restricted & {name for one in contracts() for name in open_columns(one)}


def test_published_files_are_read_only_and_nothing_unfinished_stays(settings: Settings) -> None:
    release = publish(settings, "")
    assert {path.stat().st_mode & 0o777 for path in release.rglob("*") if path.is_file()} == {0o444}
    assert list(release.parent.iterdir()) == [release]


def test_what_a_crash_left_is_cleared_and_never_taken_for_a_release(settings: Settings) -> None:
    left = settings.home.releases / "jinghong-2019" / "2026-10" / ".r1.part"
    left.mkdir(parents=True)
    (left / "stray.csv").write_text("x", encoding="utf-8")
    release = publish(settings, "")
    assert release.name == "r1"
    assert not (release / "stray.csv").exists()
    assert not left.exists()


def test_a_second_publication_needs_a_reason_and_lists_what_moved(
    settings: Settings, remake: Callable[..., None]
) -> None:
    first = publish(settings, "")
    remake(settings, {"closed_campus": (10, 13), "guards_staffing": (7, 13)})
    with pytest.raises(UsageError, match="--reason"):
        publish(settings, "  ")
    second = publish(settings, "=补报一校")
    with (second / "revision.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    moved = [(row["indicator"], row["unit_code"], row["column"], row["old"], row["new"]) for row in rows]
    assert moved[0] == ("closed_campus", "all", "numerator", "9", "10")
    assert {row["column"] for row in rows} == {"numerator", "value"}
    assert {row["reason"] for row in rows} == {"'=补报一校"}
    assert second.name == "r2"
    assert verify_integrity(first).problems == verify_integrity(second).problems == ()


def test_releases_of_a_home_form_one_chain_across_periods(settings: Settings, remake: Callable[..., None]) -> None:
    first = publish(settings, "")
    later = replace(settings, standard="sunite-2022")
    remake(later, {"closed_campus": (1, 2)})
    second = publish(later, "")
    manifest = read_manifest(second)
    assert (read_manifest(first).chain, manifest.chain) == (1, 2)
    assert manifest.previous is not None
    assert (manifest.previous.path, manifest.previous.sha256) == ("jinghong-2019/2026-10/r1", hash_manifest(first))


def test_the_same_home_publishes_the_same_bytes_at_the_same_moment(settings: Settings, tmp_path: Path) -> None:
    def now() -> datetime:
        return datetime(2026, 11, 6, 9, 30, 5, 7)

    again = replace(settings, home=Home(shutil.copytree(settings.home.root, tmp_path / "again")))
    first, second = publish(settings, "", now=now), publish(again, "", now=now)
    assert read_manifest(first).published_at == datetime(2026, 11, 6, 9, 30, 5)
    assert hash_files(first) == hash_files(second)


def test_publish_wants_as_of_and_the_report_of_that_moment(settings: Settings) -> None:
    with pytest.raises(UsageError, match="--as-of"):
        publish(replace(settings, as_of=None), "")
    with pytest.raises(UsageError, match="2026-11-05T18:00:00"):
        publish(replace(settings, as_of=datetime(2026, 11, 6)), "")
    (report_of(settings) / "figures.csv").unlink()
    with pytest.raises(UsageError, match="还没有 jinghong-2019 2026-10 的报告"):
        publish(settings, "")
    assert not settings.home.releases.exists()


def test_a_database_that_knows_more_files_than_the_ledger_is_not_published(settings: Settings) -> None:
    lines = settings.home.ledger.read_bytes().splitlines(keepends=True)
    settings.home.ledger.write_bytes(lines[0])
    with pytest.raises(IntegrityError, match="数据库中有 5 份文件，收件登记只有 1 份"):
        publish(settings, "")


def test_a_release_is_signed_and_bears_the_keys_and_nothing_else_of_them(settings: Settings) -> None:
    release = publish(settings, "")
    manifest = read_manifest(release)
    signature = (release / "manifest.sig").read_bytes()
    assert is_signed(manifest.key, signature, (release / "manifest.json").read_bytes())
    assert len(signature) == 64
    assert (release / "keys.json").read_bytes() == (settings.home.keys / "keys.json").read_bytes()
    assert "keys.json" in manifest.files
    assert not {"manifest.json", "manifest.sig"} & manifest.files.keys()
    assert not [name for name in manifest.files if "private" in name or "trust.json" in name]
    kept = read_trust(settings.home.keys / "trust.json")
    assert kept == Trust(manifest.key, 1, "jinghong-2019/2026-10/r1", hash_manifest(release))


def test_without_a_key_or_with_a_wrong_passphrase_nothing_is_begun(settings: Settings) -> None:
    with pytest.raises(UsageError, match="口令不对"):
        publish(settings, "", "not the passphrase")
    shutil.rmtree(settings.home.keys)
    with pytest.raises(UsageError, match="school-safety keygen"):
        publish(settings, "")
    assert not settings.home.releases.exists()


def test_the_whole_history_stands_in_every_manifest(settings: Settings) -> None:
    releases = [publish(settings, reason) for reason in ("", "again", "once more")]
    links = [Link(read_manifest(one).path, hash_manifest(one)) for one in releases]
    for number, one in enumerate(releases):
        manifest = read_manifest(one)
        assert (manifest.chain, list(manifest.history)) == (number + 1, links[:number])
        assert manifest.previous == (links[number - 1] if number else None)


@pytest.mark.parametrize("loss", ["gone", "changed"])
def test_a_home_that_lost_its_last_release_does_not_give_its_number_again(settings: Settings, loss: str) -> None:
    publish(settings, "")
    second = publish(settings, "again")
    if loss == "gone":
        shutil.rmtree(second)
    else:
        (second / "manifest.json").chmod(0o644)
        (second / "manifest.json").write_bytes((second / "manifest.json").read_bytes() + b"\n")
    with pytest.raises(IntegrityError, match=r"第 2 号 jinghong-2019/2026-10/r2 不在 releases 中，或已被改动"):
        publish(settings, "once more")


def printed(settings: Settings, trust: Trust) -> None:
    """Let the report say that its bulletin prints this."""
    path = report_of(settings) / "manifest.json"
    document = json.loads(path.read_bytes())
    path.write_text(json.dumps({**document, "trust": trust_document(trust)}), encoding="utf-8")


def test_a_report_may_print_any_release_of_the_chain_by_the_key_that_signs(settings: Settings) -> None:
    before = read_trust(settings.home.keys / "trust.json")
    printed(settings, before)
    publish(settings, "")
    printed(settings, read_trust(settings.home.keys / "trust.json"))
    publish(settings, "again")
    printed(settings, before)
    assert publish(settings, "once more").name == "r3"


def test_a_report_that_prints_another_key_or_release_must_be_made_again(settings: Settings) -> None:
    publish(settings, "")
    kept = read_trust(settings.home.keys / "trust.json")
    printed(settings, replace(kept, sha256="0" * 64))
    with pytest.raises(UsageError, match="通报所载公钥指纹或最近一次发布与现在的不符"):
        publish(settings, "again")
    printed(settings, kept)
    rotate(settings.home, unlock(settings.home), "another passphrase", "定期更换")
    with pytest.raises(UsageError, match="通报所载公钥指纹或最近一次发布与现在的不符"):
        publish(settings, "again", "another passphrase")
