"""Tracing: from a figure to the cell and the text that the school filled in."""

from __future__ import annotations

import csv
import hashlib
import html
import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter

from pipelines.errors import PipelineError, UsageError
from pipelines.extract import stage as extract
from pipelines.load.database import CORRECTED_CELLS
from pipelines.measure.crosschecking import SCHEMA
from pipelines.metadata.contracts import contract, contracts
from pipelines.metadata.items import items
from pipelines.metadata.periods import parse_period
from pipelines.metadata.standards import load_standard
from pipelines.report.gathering import gather
from pipelines.report.material import Agreement, Assessment, Case, CohortCase, Figure, Risky
from pipelines.report.proof_pages import write_proof_pages
from pipelines.report.proof_rows import said_texts
from pipelines.report.sources import uses
from pipelines.reproduce.trace import trace
from pipelines.reproduce.trace_page import write_trace_page
from pipelines.reproduce.trace_table import COLUMNS, trace_csv, trace_json
from pipelines.settings import Settings
from pipelines.store.database import connect
from pipelines.store.home import Home
from pipelines.store.ledger import LedgerEntry, append_entries
from pipelines.store.tables import write_table
from tests.unit.publish.loaded import seal_database

STANDARD = "jinghong-2019"
AS_OF = datetime(2026, 11, 5, 18)
SCHOOL, SILENT = "2136001234", "2136001235"
ITEM = items()["closed_campus"]

TABLES = """
CREATE TABLE core_submissions (
    submission_no BIGINT, origin VARCHAR, school_code VARCHAR, school_name VARCHAR, period VARCHAR,
    sent_period VARCHAR, file_name VARCHAR, sha256 VARCHAR, received_at TIMESTAMP, version INTEGER, status VARCHAR,
    reject_code VARCHAR, error_count INTEGER, query_count INTEGER, repair_count INTEGER, template_stamp VARCHAR,
    received_on DATE, duplicate_of BIGINT
);
CREATE TABLE core_sheets (
    submission_no BIGINT, table_name VARCHAR, sheet_name VARCHAR, row_count INTEGER, lost_row_count INTEGER,
    is_nil BOOLEAN, unknown_cell_count INTEGER
);
CREATE TABLE core_findings (
    finding_no BIGINT, submission_no BIGINT, severity VARCHAR, code VARCHAR, table_name VARCHAR, sheet VARCHAR,
    row_no INTEGER, cell VARCHAR, field VARCHAR, value VARCHAR, message VARCHAR, hint VARCHAR, answer VARCHAR
);
INSERT INTO core_sheets VALUES (1, 'checklist', '清单', 1, 0, false, 0), (1, 'guards', '保安人员', 2, 0, false, 0);
INSERT INTO core_guards (submission_no, row_no, guard_name, employment)
VALUES (1, 2, '刘*', 'full_time'), (1, 3, '何*', 'part_time');
INSERT INTO core_checklist (submission_no, row_no, item_id, answer) VALUES (1, 3, 'closed_campus', 'yes');
INSERT INTO core_register (submission_no, row_no, school_code, school_name, school_type, township, valid_from_date)
VALUES
    (2, 2, '2136001234', '白石小学', 'primary', '白石镇', DATE '2020-01-01'),
    (2, 3, '2136001235', '青山小学', 'kindergarten', '青山乡', DATE '2020-01-01');
"""


def workbook(path: Path) -> bytes:
    """A checklist under a title row, with the item in the sheet's third row; three guards, the last of whom is lost."""
    with xlsxwriter.Workbook(str(path)) as book:
        guards = book.add_worksheet("保安人员")
        guards.write_row(0, 0, [contract("guards").field(name).label for name in ("guard_name", "employment")])
        for row, names in enumerate((("刘守一", "专职"), ("何守二", "兼职 电话13800138000"), ("沈守三", "不明"))):
            guards.write_row(row + 1, 0, names)
        sheet = book.add_worksheet("清单")
        fields = {field.name: field.label for field in contract("checklist").fields}
        sheet.write_string(0, 0, "白石小学落实清单")
        sheet.write_row(1, 0, [fields[name] for name in ("item_code", "item_name", "answer", "answer_date")])
        sheet.write_row(2, 0, [ITEM.code, ITEM.zh, "√", "2026.10.9"])
    return path.read_bytes()


def figure(level: str, code: str, name: str, met: int, unreported: int) -> dict[str, object]:
    """One row of the measured figures."""
    row = dict.fromkeys(Figure.__dataclass_fields__)
    total = met + unreported
    row |= {"standard": STANDARD, "period": "2026-10", "as_of": AS_OF, "indicator": "closed_campus"}
    row |= {"unit_level": level, "unit_code": code, "unit_name": name, "numerator": met, "denominator": total}
    row |= {"value": met / total, "met": met, "unmet": 0, "pending": 0, "exempt": 0, "unreported": unreported}
    return {**row, "measure_unit": "rate", "status": "final"}


def assessment(code: str, status: str, reason: str) -> dict[str, object]:
    """One row of the measured assessments."""
    row = dict.fromkeys(Assessment.__dataclass_fields__)
    row |= {"standard": STANDARD, "period": "2026-10", "indicator": "closed_campus", "unit_level": "school"}
    return {**row, "unit_code": code, "status": status, "reason": reason}


def school(code: str, name: str, kind: str, township: str, submission_no: int | None) -> dict[str, object]:
    """One row of the measured schools."""
    row = {"school_code": code, "school_name": name, "school_type": kind, "ownership": "public", "urban_rural": "town"}
    return {**row, "township": township, "is_expected": True, "point_month": "2026-10", "submission_no": submission_no}


def write_counted(folder: Path, numbers: dict[str, int]) -> None:
    """counted.parquet: the school's submissions by month."""
    rows = [{"school_code": SCHOOL, "month": month, "submission_no": number} for month, number in numbers.items()]
    write_table(folder / "counted.parquet", pa.Table.from_pylist(rows))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in which one school answered and another is silent; extract is the real one."""
    home = Home(tmp_path / "home")
    content = workbook(tmp_path / "book.xlsx")
    digest = hashlib.sha256(content).hexdigest()
    home.original(digest).parent.mkdir(parents=True)
    home.original(digest).write_bytes(content)
    name = "月报.xlsx".encode().hex()
    append_entries(home, [LedgerEntry(1, digest, datetime(2026, 11, 2, 9), "2026-10", name, len(content))])
    made = Settings(home, STANDARD, parse_period("2026-10"), AS_OF)
    extract.run(made)
    with connect(home.database) as connection:
        for one in contracts():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in one.core_columns)
            connection.execute(f"CREATE TABLE {one.table} ({columns})")
        connection.execute(TABLES)
        connection.execute(CORRECTED_CELLS)
        connection.executemany(
            "INSERT INTO core_submissions VALUES (?, ?, ?, '', '2026-10', '2026-10', ?, ?, ?, 1, 'accepted', "
            "NULL, 0, 0, 0, NULL, NULL, NULL)",
            [
                (1, "school", SCHOOL, "月报.xlsx", digest, datetime(2026, 11, 2, 9)),
                (2, "bureau", None, "名册.xlsx", "0" * 64, datetime(2026, 11, 1, 9)),
            ],
        )
    seal_database(home)
    folder = home.stage_dir("measure") / STANDARD / "2026-10"
    figures = [figure("county", "all", "全市", 1, 1), figure("township", "白石镇", "白石镇", 1, 0)]
    rows = [assessment(SCHOOL, "met", ""), assessment(SILENT, "unreported", "no_submission")]
    rows.append({**assessment(SCHOOL, "met", ""), "indicator": "guards_staffing"})
    figures += [figure("stage", "primary", "小学", 1, 0), figure("stage", "kindergarten", "幼儿园", 0, 1)]
    write_table(folder / "figures.parquet", pa.Table.from_pylist(figures))
    write_table(folder / "assessments.parquet", pa.Table.from_pylist(rows))
    schools = [
        school(SCHOOL, "白石小学", "primary", "白石镇", 1),
        school(SILENT, "青山小学", "kindergarten", "青山乡", None),
    ]
    write_table(folder / "schools.parquet", pa.Table.from_pylist(schools))
    cases = pa.table({name: pa.array([], pa.string()) for name in Case.__dataclass_fields__})
    write_table(folder / "cases.parquet", cases)
    kinds = {"duration": pa.int64(), "is_observed": pa.bool_()}
    cohort = pa.table({name: pa.array([], kinds.get(name, pa.string())) for name in CohortCase.__dataclass_fields__})
    write_table(folder / "cohort.parquet", cohort)
    write_counted(folder, {"2026-10": 1})
    write_table(folder / "crosschecks.parquet", SCHEMA.empty_table())
    counts = {"compared_count": pa.int64(), "agreed_count": pa.int64()}
    visits = pa.table({name: pa.array([], counts.get(name, pa.string())) for name in Agreement.__dataclass_fields__})
    write_table(folder / "agreement.parquet", visits)
    risky = {
        name: pa.array([], pa.string() if name == "school_code" else pa.int64()) for name in Risky.__dataclass_fields__
    }
    write_table(folder / "risk.parquet", pa.table(risky))
    (folder / "proof.json").write_text(
        json.dumps({"closed_campus": ["SELECT 1 AS proof", "SELECT 2"]}), encoding="utf-8"
    )
    return made


def test_a_figure_leads_to_the_cell_and_the_text_as_submitted(settings: Settings) -> None:
    found = trace(settings, "closed_campus")
    assert [(one.school_code, one.assessment and one.assessment.status) for one in found.schools] == [
        (SCHOOL, "met"),
        (SILENT, "unreported"),
    ]
    source = found.schools[0].sources[0]
    assert (source.file_name, source.submission_no) == ("月报.xlsx", 1)
    assert [(cell.sheet, cell.address, cell.text) for cell in source.cells] == [
        ("清单", "C3", "√"),
        ("清单", "D3", "2026.10.9"),
    ]
    assert found.schools[1].sources == ()
    assert found.sql == "SELECT 1 AS proof;\n\nSELECT 2"
    assert [(one.numerator, one.denominator) for one in found.figures] == [(1, 2)]


def test_the_proof_page_leads_to_the_same_cells_and_tells_no_text(settings: Settings, tmp_path: Path) -> None:
    found = trace(settings, "closed_campus")
    write_proof_pages(settings, gather(settings), tmp_path)
    page = (tmp_path / "proof" / "closed_campus.html").read_text(encoding="utf-8")
    row = page[page.index(f'id="school-{SCHOOL}"') :].partition("</tr>")[0]
    source = found.schools[0].sources[0]
    assert f"{source.cells[0].sheet} {'、'.join(str(cell.address) for cell in source.cells)}" in row
    assert source.file_name in row
    assert source.sha256[:12] in row
    for cell in source.cells:
        assert cell.text and cell.text not in row
    silent = page[page.index(f'id="school-{SILENT}"') :].partition("</tr>")[0]
    assert "未报送" in silent
    assert ".xlsx" not in silent
    assert found.sql in page


def test_in_a_running_quarter_the_cells_are_of_the_submission_that_measure_took(settings: Settings) -> None:
    """November's file came early: it counts for no point fact, and December's is not yet due."""
    with connect(settings.home.database) as connection:
        connection.execute(
            "INSERT INTO core_submissions SELECT * REPLACE (3 AS submission_no, '2026-11' AS period) "
            "FROM core_submissions WHERE submission_no = 1"
        )
    seal_database(settings.home)
    folder = settings.home.stage_dir("measure") / STANDARD / "2026-10"
    folder.rename(folder.with_name("2026Q4"))
    write_counted(folder.with_name("2026Q4"), {"2026-10": 1, "2026-11": 3})
    found = trace(replace(settings, period=parse_period("2026Q4")), "closed_campus")
    assert [(one.period, one.submission_no) for one in found.schools[0].sources] == [("2026-10", 1)]
    assert [cell.text for cell in found.schools[0].sources[0].cells] == ["√", "2026.10.9"]


def test_the_text_reads_from_the_definition_to_the_cell(settings: Settings) -> None:
    lines = str(trace(settings, "closed_campus")).splitlines()
    assert lines[0] == "封闭化管理（closed_campus）"
    assert lines[1].startswith("依据：")
    assert "景政办发〔2019〕161号" in lines[1]
    assert f"  {SCHOOL} 白石小学：达标" in lines
    assert f"  {SILENT} 青山小学：未报（未报送）" in lines
    assert f"      清单!C3　{ITEM.zh} · 是否落实：√" in lines
    assert lines[-4:] == ["计算语句：", "SELECT 1 AS proof;", "", "SELECT 2"]


def test_a_unit_or_a_school_narrows_the_trace(settings: Settings) -> None:
    unit = trace(settings, "closed_campus", unit="白石镇")
    assert [one.unit_code for one in unit.figures] == ["白石镇"]
    assert [one.school_code for one in unit.schools] == [SCHOOL]
    for name in ("幼儿园", "kindergarten"):
        stage = trace(settings, "closed_campus", unit=name)
        assert [one.unit_code for one in stage.figures] == ["kindergarten"]
        assert [one.school_code for one in stage.schools] == [SILENT]
    by_name = trace(settings, "closed_campus", school="青山小学")
    assert [one.school_code for one in by_name.schools] == [SILENT]


def test_a_duration_leads_to_its_cases(settings: Settings) -> None:
    folder = settings.home.stage_dir("measure") / STANDARD / "2026-10"
    case: dict[str, str | None] = {"standard": STANDARD, "period": "2026-10", "school_code": SCHOOL}
    case |= {
        "indicator": "hazard_closure",
        "case_no": "7",
        "start": "2026-10-02",
        "end": None,
        "observed_until": "2026-10-31",
    }
    case |= {"deadline": "2026-10-20", "status": "overdue"}
    write_table(folder / "cases.parquet", pa.Table.from_pylist([case]))
    found = trace(settings, "hazard_closure.median_days")
    assert [(one.school_code, one.assessment, len(one.cases)) for one in found.schools] == [(SCHOOL, None, 1)]
    assert "      7：发现 2026-10-02，完成 ，时限 2026-10-20，逾期" in str(found).splitlines()


def test_an_unknown_indicator_unit_or_school_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(UsageError, match="closed_camps"):
        trace(settings, "closed_camps")
    with pytest.raises(UsageError, match="白石镇"):
        trace(settings, "closed_campus", unit="火星镇")
    with pytest.raises(UsageError, match="名册中没有学校"):
        trace(settings, "closed_campus", school="1")


def test_a_trace_loads_no_pandas(settings: Settings, checkout: Path) -> None:
    """It was half of the time that a trace took."""
    code = "import sys; from pipelines.cli import cli; cli(standalone_mode=False); sys.exit('pandas' in sys.modules)"
    asked = ("trace", "closed_campus", "--home", settings.home.root, "--standard", STANDARD, "--period", "2026-10")
    done = subprocess.run(
        [sys.executable, "-c", code, *map(str, asked)], cwd=checkout, capture_output=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_school_outside_the_unit_is_one_sentence(settings: Settings) -> None:
    with pytest.raises(UsageError, match=r"青山小学.*不属于.*白石镇"):
        trace(settings, "closed_campus", unit="白石镇", school="青山小学")


def test_unknown_names_are_answered_with_the_nearest(settings: Settings) -> None:
    for unknown in ("closed_camps", "closed_campus.median_days"):
        with pytest.raises(UsageError, match=rf"没有指标“{re.escape(unknown)}”；相近的有：closed_campus"):
            trace(settings, unknown)
    with pytest.raises(UsageError, match="相近的有：白石小学"):
        trace(settings, "closed_campus", school="白石小")


def test_a_period_that_was_never_measured_names_those_that_were(settings: Settings) -> None:
    with pytest.raises(PipelineError, match="2026-09 没有计算过；已计算的统计期：2026-10"):
        trace(replace(settings, period=parse_period("2026-09")), "closed_campus")
    with pytest.raises(PipelineError, match="wujin-2020 2026-10 没有计算过；请先运行"):
        trace(replace(settings, standard="wujin-2020"), "platform_drills")


def test_a_moment_other_than_the_measured_one_is_not_passed_off_as_it(settings: Settings) -> None:
    with pytest.raises(PipelineError, match="截至 2026-11-05 18:00:00，不是 2026-11-04 18:00:00"):
        trace(replace(settings, as_of=datetime(2026, 11, 4, 18)), "closed_campus")
    assert trace(replace(settings, as_of=None), "closed_campus").settings.as_of == AS_OF


NAMES, NUMBER = ("刘守一", "何守二"), "13800138000"


def forms(settings: Settings, restricted: bool) -> dict[str, str]:
    """What a trace of the guards says in every form, and the path of its page under `path`."""
    found = trace(settings, "guards_staffing", restricted=restricted)
    page = write_trace_page(found)
    said = {"text": str(found), "csv": trace_csv(found), "json": trace_json(found)}
    return {**said, "page": page.read_text(encoding="utf-8"), "path": str(page)}


def test_restricted_fields_are_masked_in_every_form_until_they_are_asked_for(settings: Settings) -> None:
    masked, asked = forms(settings, restricted=False), forms(settings, restricted=True)
    for form in ("text", "csv", "json", "page"):
        assert "刘*" in masked[form] and not any(name in masked[form] for name in (*NAMES, NUMBER)), form
        assert all(name in asked[form] for name in (*NAMES, NUMBER)), form
        # A row that was lost stands behind no figure.
        assert "沈" not in masked[form] + asked[form], form
    assert masked["path"] != asked["path"]
    assert "个人信息" in asked["page"] and "个人信息" not in masked["page"]


def test_restricted_fields_never_go_below_reports_or_releases(settings: Settings) -> None:
    for folder in (settings.home.reports, settings.home.releases):
        folder.mkdir()
        settings.home.traces.symlink_to(folder)
        with pytest.raises(UsageError, match="不写入报告和发布版"):
            forms(settings, restricted=True)
        assert not list(folder.rglob("*.html"))
        settings.home.traces.unlink()


def test_the_page_says_what_the_text_says(settings: Settings) -> None:
    for indicator in ("closed_campus", "guards_staffing"):
        found = trace(settings, indicator)
        page = html.unescape(write_trace_page(found).read_text(encoding="utf-8"))
        texts = [line for school in found.schools for source in school.sources for line in said_texts(source)]
        assert texts
        for line in texts:
            assert line in str(found) and line in page
        assert found.sql in page
    assert "清单!C3　" in write_trace_page(trace(settings, "closed_campus")).read_text(encoding="utf-8")


def test_the_page_of_one_school_tells_of_no_other(settings: Settings) -> None:
    page = write_trace_page(trace(settings, "closed_campus", school=SCHOOL)).read_text(encoding="utf-8")
    assert "白石小学" in page
    assert "青山小学" not in page


def test_the_table_has_one_row_a_cell_in_the_documented_columns(settings: Settings, checkout: Path) -> None:
    found = trace(settings, "closed_campus")
    rows = list(csv.DictReader(io.StringIO(trace_csv(found))))
    documented = re.findall(r"^\| `(\w+)` \|", (checkout / "docs" / "trace.md").read_text(encoding="utf-8"), re.M)
    assert list(rows[0]) == documented == list(COLUMNS)
    told = [(row["unit_code"], row["status"], row["reason"], row["cell"], row["field"], row["text"]) for row in rows]
    assert told == [
        (SCHOOL, "met", "", "C3", "answer", "√"),
        (SCHOOL, "met", "", "D3", "answer_date", "2026.10.9"),
        (SILENT, "unreported", "no_submission", "", "", ""),
    ]
    assert rows[0]["sha256"] == found.schools[0].sources[0].sha256
    same = [{name: value or "" for name, value in row.items()} for row in json.loads(trace_json(found))]
    assert same == [{**row, "row_no": int(row["row_no"]) if row["row_no"] else ""} for row in rows]


def test_a_provision_uses_its_items_fields_and_tables() -> None:
    standard = load_standard(STANDARD)
    closed = uses(standard, standard.provision("closed_campus"))
    assert closed.items == {"checklist": ("closed_campus",)}
    assert closed.profile_fields == ()
    assert [one.name for one in uses(standard, standard.provision("drill_frequency")).tables] == ["drills"]
    assert [one.name for one in uses(standard, standard.provision("hazard_closure")).tables] == ["hazards"]
    guards = uses(standard, standard.provision("guards_staffing"))
    assert [one.name for one in guards.tables] == ["guards"]
    assert guards.profile_fields == ("student_count", "boarder_count", "staff_count")


def test_no_provision_ever_shows_a_restricted_field() -> None:
    restricted = {field.name for field in contract("profile").fields if field.classification == "restricted"}
    assert restricted
    standard = load_standard(STANDARD)
    for provision in standard.provisions:
        assert not restricted & set(uses(standard, provision).profile_fields)
