"""Synthetic counties: the same seed gives the same files, and every kind of mess is among them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from random import Random

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from pipelines.collect.plan import wording
from pipelines.metadata.items import items
from pipelines.metadata.standards import load_standard
from pipelines.sample.county import County, make_county
from pipelines.sample.deliveries import BROKEN, SILENT
from pipelines.sample.formats import SUFFIXES
from pipelines.sample.hand import Hand, draw_hand
from pipelines.sample.mistakes import KINDS
from pipelines.sample.places import place_of
from pipelines.sample.register import make_register

MONTHS = ("2026-08", "2026-09", "2026-10")
STANDARD = "jinghong-2019"


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> County:
    return make_county(tmp_path_factory.mktemp("county"), 3, 80, MONTHS, STANDARD)


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> County:
    return make_county(tmp_path_factory.mktemp("tidy"), 3, 14, ("2026-10",), STANDARD, mess=False)


def hashes(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def path_of(county: County, kind: str) -> Path:
    """The first file with that mess."""
    arrival = next(arrival for arrival in county.arrivals if kind in arrival.mess.split("+"))
    (path,) = [
        path
        for delivery in county.deliveries
        if (delivery.received_at, delivery.period) == (arrival.received_at, arrival.month)
        for path in delivery.files
        if path.name == arrival.file_name
    ]
    return path


def test_same_seed_gives_the_same_bytes_and_another_does_not(tmp_path: Path) -> None:
    """Broken files and blank templates may coincide between counties; what a school filled in may not."""
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    months = ("2026-09", "2026-10")
    made = {folder: make_county(folder, seed, 20, months, STANDARD) for folder, seed in ((one, 5), (three, 6))}
    make_county(two, 5, 20, months, STANDARD)
    assert hashes(one) == hashes(two)
    filled = {
        folder: {
            digest
            for name, digest in hashes(folder).items()
            if Path(name).name in {arrival.file_name for arrival in county.arrivals if arrival.outcome == "accepted"}
        }
        for folder, county in made.items()
    }
    assert len(filled[one]) > 30
    assert filled[one].isdisjoint(filled[three])


def test_every_mistake_and_every_broken_file_is_planted(county: County) -> None:
    planted = {kind for arrival in county.arrivals for kind in arrival.mess.split("+")}
    assert planted >= {*KINDS, *BROKEN, "draft", "copy", "bureau"}


def test_hands_write_in_every_way() -> None:
    hands = [draw_hand(Random(number)) for number in range(2000)]
    for name, values in {
        "file_format": set(SUFFIXES),
        "headings": {"own", "synonyms", "traditional"},
        "ticks": {"plain", "mark", "has", "box", "letter", "digit", "done"},
        "dates": {"true", "iso", "chinese", "dots", "slashes", "no_year", "mixed", "serial"},
        "numbers": {"plain", "unit", "full_width", "text"},
        "money": {"plain", "ten_thousand"},
        "missing": {None, "/", "—"},
    }.items():
        assert {getattr(hand, name) for hand in hands} == values
    for name in Hand.__dataclass_fields__:
        if name.startswith(("has_", "is_")):
            assert {getattr(hand, name) for hand in hands} == {True, False}


def test_register_holds_schools_that_come_and_go(county: County) -> None:
    rows = county.register
    assert len(rows) == 80
    assert any(row.school_type == "teaching_point" for row in rows)
    assert any(row.change_reason == "停办" and row.valid_to_date for row in rows)
    assert any(row.change_reason == "新建" and f"{row.valid_from_date:%Y-%m}" == MONTHS[-1] for row in rows)
    (merged,) = [row for row in rows if row.successor_code]
    (heir,) = [row for row in rows if row.school_code == merged.successor_code]
    assert merged.valid_to_date and (heir.valid_from_date - merged.valid_to_date).days == 1


def test_deliveries_come_in_order_after_the_month_and_hold_every_file(county: County) -> None:
    moments = [delivery.received_at for delivery in county.deliveries]
    assert moments == sorted(moments)
    for delivery in county.deliveries:
        assert f"{delivery.received_at:%Y-%m}" > delivery.period
        assert {path.name for path in delivery.folder.iterdir()} == {path.name for path in delivery.files}
    assert sum(len(delivery.files) for delivery in county.deliveries) == len(county.arrivals)


def test_copy_has_the_content_of_the_file_before(county: County) -> None:
    copy = path_of(county, "copy")
    contents = [path.read_bytes() for delivery in county.deliveries for path in delivery.files]
    assert contents.count(copy.read_bytes()) == 2


def test_empty_truncated_and_html_files_are_what_they_say(county: County) -> None:
    assert path_of(county, "empty").read_bytes() == b""
    assert path_of(county, "html").read_bytes().startswith(b"<html>")
    truncated = path_of(county, "truncated").read_bytes()
    assert truncated.startswith(b"PK")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(io.BytesIO(truncated))


def test_error_cell_and_uncalculated_formula_stand_in_the_xml(county: County) -> None:
    def xml(kind: str) -> bytes:
        with zipfile.ZipFile(path_of(county, kind)) as book:
            return b"".join(book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/"))

    assert b't="e"><f>#REF!+12</f><v>#REF!</v>' in xml("error_cell")
    assert b"<f>8+1</f></c>" in xml("uncalculated")


def test_gbk_archive_names_are_gbk_without_the_flag(county: County) -> None:
    archives = [path for delivery in county.deliveries for path in delivery.files if path.suffix == ".zip"]
    flags = {}
    for path in archives:
        with zipfile.ZipFile(path) as archive:
            entry = archive.infolist()[0]
            flags[entry.flag_bits & 0x800] = archive.read(entry)
            if not entry.flag_bits & 0x800:
                assert entry.filename.encode("cp437").decode("gb18030").endswith(".csv")
    assert flags[0x800].startswith(b"\xef\xbb\xbf")
    assert not flags[0].startswith(b"\xef\xbb\xbf")
    assert flags[0].decode("gb18030")


def test_readable_files_open_with_their_sheets(county: County) -> None:
    formats = set()
    for arrival in county.arrivals:
        if arrival.outcome != "accepted" or arrival.file_name.endswith(".zip"):
            continue
        path = county.folder / arrival.month / f"{arrival.received_at:%Y%m%d-%H%M}" / arrival.file_name
        assert len(CalamineWorkbook.from_path(path).sheet_names) >= 7
        formats.add(path.suffix)
    assert formats == {".xlsx", ".xls", ".ods"}


def test_without_mess_every_expected_school_sends_one_filled_template(tidy: County) -> None:
    sent = [arrival for arrival in tidy.arrivals if arrival.school_code]
    expected = set(tidy.truth["months"]["2026-10"]["expected"])
    assert {arrival.outcome for arrival in sent} == {"accepted"}
    assert {arrival.mess for arrival in sent} == {""}
    assert expected <= {arrival.school_code for arrival in sent}
    path = next(path for delivery in tidy.deliveries for path in delivery.files if expected & {path.name[:10]})
    book = load_workbook(path)
    assert book.sheetnames[0] == wording()["cover"]["sheet"]
    assert book["隐患台账"].protection.sheet
    rows = list(book["落实清单"].iter_rows(min_row=2, max_col=3, values_only=True))
    asked = [items()[name] for name in load_standard(STANDARD).asked_items if items()[name].kind == "checklist"]
    assert [row[:2] for row in rows] == [(item.code, item.zh) for item in asked]
    assert {row[2] for row in rows} <= {"是", "否", "不涉及"}


def test_hazards_live_over_months(county: County) -> None:
    figures = county.truth["months"]["2026-10"]["figures"][STANDARD]
    for name in ("open", "overdue", "vanished", "reopened", "in_doubt", "extended"):
        assert figures[f"hazard_closure.{name}"]["value"] > 0


def test_truth_is_written_beside_the_deliveries(county: County) -> None:
    assert json.loads((county.folder / "truth.json").read_text(encoding="utf-8")) == county.truth


def test_a_small_county_has_every_stage_and_places_of_its_standard() -> None:
    register = make_register(1, 14, MONTHS, "wujin-2020")
    assert {row.school_type for row in register} >= {
        *("kindergarten", "primary", "junior", "complete_secondary", "senior", "vocational", "teaching_point")
    }
    places = {name for name, _ in place_of("wujin-2020").townships}
    assert {row.township for row in register} == places
    assert places.isdisjoint(name for name, _ in place_of(STANDARD).townships)
    assert place_of("a-sixth-standard") == place_of(STANDARD)


def test_campuses_make_up_the_school_and_hold_its_guards(county: County) -> None:
    reports = [arrival.report for arrival in county.arrivals if arrival.report and not arrival.mess]
    assert {len(report.campuses) for report in reports} == {1, 2, 3}
    for report in reports:
        for name in ("student_count", "staff_count", "boarder_count"):
            assert sum(campus[name] for campus in report.campuses) == report.profile[name]
        assert {guard.campus_name for guard in report.guards} <= {campus["campus_name"] for campus in report.campuses}


def test_one_school_is_silent_for_the_last_month_and_graver_news_is_heard(county: County) -> None:
    sent = {(arrival.school_code, arrival.month) for arrival in county.arrivals}
    (silent,) = [row for row in county.register if row.number == SILENT]
    assert (silent.school_code, MONTHS[0]) in sent
    assert (silent.school_code, MONTHS[-1]) not in sent
    incidents = [row for arrival in county.arrivals if arrival.report for row in arrival.report.incidents]
    assert {row.level for row in incidents} == {"一般", "较大", "重大"}
    assert {row.place_kind for row in incidents if row.student_death_count} == {"on_campus", "off_campus"}
    assert any(row.reported_government_at is None and row.reported_education_at for row in incidents)
    inquiry = [
        visit for month in county.bureau for visit in month.visits if visit.inspection_kind == "重大事故专项督导"
    ]
    assert [visit.held_date.month for visit in inquiry] == [9]


def test_bodies_come_to_meetings_and_answer_later_than_the_first_month(county: County) -> None:
    first, *_, last = county.bureau
    joint = [meeting for month in county.bureau for meeting in month.meetings if meeting.meeting_type == "joint"]
    assert {meeting.meeting_type for meeting in first.meetings} <= {"tripartite"}
    assert {meeting.expected_bodies == meeting.attended_bodies for meeting in joint} == {True, False}
    assert {answer.value for answers in first.answers.values() for answer in answers.values()} == {None}
    assert {answer.value for answers in last.answers.values() for answer in answers.values()} >= {"yes"}
    assert max(len(answers) for answers in last.answers.values()) > 1
