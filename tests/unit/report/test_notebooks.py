"""The notebooks: thin, the same in a kernel and in this process, for every period, the county and its townships."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from pipelines.errors import PipelineError, UsageError
from pipelines.metadata.periods import parse_period
from pipelines.report import display, hazard_closure, in_process, notebook, notebook_pages, submission_quality, wording
from pipelines.report.material import Material
from pipelines.report.opened import holding, open_material
from pipelines.report.townships import file_stem, narrowed
from pipelines.store.home import Home
from tests.unit.report import county
from tests.unit.report.conftest import Reported

CALL = r'(report = )?(notebook_view|notebook_parts|hazard_closure|submission_quality)\.\w+\([\w, ]*(, "\w+")?\)'
PARTS = {"hazard_closure": hazard_closure.compose, "submission_quality": submission_quality.compose}
TOWNSHIP = county.TOWNSHIPS[0]


def parameters(home: Path, **values: str) -> dict[str, str]:
    given = {"standard": county.STANDARD, "period": county.PERIOD.label, "as_of": county.AS_OF.isoformat()}
    return {"home": str(home), **given, "township": "", **values}


def run(material: Material, name: str, home: Path, **values: str) -> str:
    """The leaders' HTML of a notebook over a material that no home holds."""
    with holding(home, material):
        given = parameters(home, period=material.period.label, **values)
        return str(notebook.export(notebook.execute(given, name, in_process.NAME)))


def words(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@pytest.mark.parametrize("name", notebook.NAMES)
def test_a_notebook_is_thin_and_holds_no_output(name: str) -> None:
    book = nbformat.read(notebook.FOLDER / f"{name}.ipynb", as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert code[0].metadata.tags == ["parameters"]
    assert [line.split(" = ")[0] for line in code[0].source.splitlines()] == list(notebook.PARAMETERS)
    assert re.fullmatch(r"from pipelines\.report import \w+(, \w+)?", code[1].source)
    assert not [cell.source for cell in code[2:] if not re.fullmatch(CALL, cell.source)]
    assert not [cell for cell in code if cell.outputs or cell.execution_count]


def test_the_bulletins_notebook_has_the_sections_of_the_bulletin() -> None:
    book = nbformat.read(notebook.NOTEBOOK, as_version=4)  # type: ignore[no-untyped-call]
    headings = [cell.source.removeprefix("## ").split("\n")[0] for cell in book.cells if cell.cell_type == "markdown"]
    assert headings == list(wording.entry("bulletin.sections").values())


@pytest.mark.parametrize("name", PARTS)
def test_a_notebook_shows_every_part_of_its_report(name: str, planted: Material) -> None:
    text = (notebook.FOLDER / f"{name}.ipynb").read_text(encoding="utf-8")
    assert re.findall(r'part\(report, \\"(\w+)\\"\)', text) == list(PARTS[name](planted).parts)


def test_a_kernel_gives_the_bytes_that_this_process_gave(reported: Reported) -> None:
    """The stage wrote the township's bulletin in its own process; here a kernel gathers everything itself."""
    executed = notebook.execute(parameters(reported.settings.home.root, township=TOWNSHIP))
    path = reported.folder / notebook_pages.township_pages(reported.material)[TOWNSHIP]
    title = re.search("<title>(.*)</title>", path.read_text(encoding="utf-8"))
    assert title is not None
    assert notebook_pages.page(executed, title[1]).encode() == path.read_bytes()


@pytest.mark.parametrize("name", notebook.NAMES)
def test_leaders_see_no_code_and_auditors_do(reported: Reported, name: str) -> None:
    leaders = (reported.folder / notebook_pages.page_name(name)).read_text(encoding="utf-8")
    auditors = (reported.folder / "audit" / f"{name}.html").read_text(encoding="utf-8")
    for said in ("from pipelines.report import", "open_report(home, standard, period, as_of, township)"):
        assert said not in words(leaders)
        assert said in words(auditors)
    assert 'period = "2026-10"' in words(auditors)
    assert "<script" not in leaders and "<script" not in auditors
    assert wording.text("notebooks.audit") in auditors and wording.text("notebooks.audit") not in leaders


@pytest.mark.parametrize("name", notebook.NAMES)
def test_the_executed_notebook_is_whole_and_says_nothing_of_the_machine(reported: Reported, name: str) -> None:
    path = reported.folder / "audit" / f"{name}.ipynb"
    book = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(book)
    code = [cell for cell in book.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert {output.output_type for cell in code for output in cell.outputs} == {"execute_result"}
    text = path.read_text(encoding="utf-8")
    assert str(reported.settings.home.root) not in text
    assert str(notebook.PROJECT) not in text


@pytest.mark.parametrize("label", ["2026-10", "2026Q4", "2026-2027-S1", "2026-2027", "2026"])
@pytest.mark.parametrize("name", notebook.NAMES)
def test_every_kind_of_period_has_its_report(planted: Material, tmp_path: Path, name: str, label: str) -> None:
    period = parse_period(label)
    page = run(replace(planted, period=period), name, tmp_path)
    named = {"2026-10": "2026年10月", "2026Q4": "2026年第四季度", "2026-2027-S1": "2026–2027学年第一学期"}
    shown = re.search("<h1>(.*)</h1>", page)
    assert shown is not None
    assert named.get(label, {"2026-2027": "2026–2027学年", "2026": "2026年"}.get(label, "")) in shown[1]


def test_every_township_has_a_bulletin_of_its_own_schools(reported: Reported) -> None:
    pages = notebook_pages.township_pages(reported.material)
    assert sorted(pages) == sorted(county.TOWNSHIPS)
    found = sorted(path.name for path in (reported.folder / "townships").glob("*-report.html"))
    assert found == sorted(Path(path).name for path in pages.values())
    schools = reported.material.schools
    for township, path in pages.items():
        page = (reported.folder / path).read_text(encoding="utf-8")
        own = {code for code, school in schools.items() if school.township == township}
        assert {*re.findall(r'<th scope="row">[^\n]*?<small>(\d{10})</small>', page)} == own
        assert all(schools[code].school_name in words(page) for code in own)


def test_marks_of_a_township_are_its_own_figures(reported: Reported) -> None:
    path = reported.folder / notebook_pages.township_pages(reported.material)[TOWNSHIP]
    keys = {html.unescape(key) for key in re.findall(r'data-figure="([^"]+)"', path.read_text(encoding="utf-8"))}
    assert keys and {key.split("|", 1)[1] for key in keys} <= {f"township|{TOWNSHIP}", "county|county"}
    figure = reported.material.by_key[f"guards_staffing|township|{TOWNSHIP}"]
    shown = f"{display.rate(figure.numerator, figure.denominator)}（{figure.numerator}/{figure.denominator}）"
    assert shown in words(path.read_text(encoding="utf-8"))


def test_a_township_that_nobody_lies_in_is_refused(planted: Material) -> None:
    with pytest.raises(UsageError, match="无此镇"):
        narrowed(planted, "无此镇")


def test_names_of_files_are_plain() -> None:
    assert file_stem("青棂镇") == "青棂镇"
    odd = [file_stem(name) for name in ("", "../a", "Ａ镇", "a/b", "CON", "青棂镇 ", "镇" * 41)]
    assert all(re.fullmatch(r"township-[0-9a-f]{12}", stem) for stem in odd)
    assert len(set(odd)) == len(odd)


def test_a_page_of_a_township_that_is_no_more_is_removed(planted: Material, tmp_path: Path) -> None:
    folder = tmp_path / "report"
    (folder / "townships").mkdir(parents=True)
    (folder / "townships" / "旧镇-report.html").write_text("", encoding="utf-8")
    (folder / "townships" / "旧镇.html").write_text("", encoding="utf-8")
    kept = {code: school for code, school in planted.schools.items() if school.township == TOWNSHIP}
    notebook_pages.write_notebooks(replace(planted, schools=kept), Home(tmp_path), folder)
    assert {path.name for path in (folder / "townships").iterdir()} == {f"{TOWNSHIP}-report.html", "旧镇.html"}


def test_only_the_very_material_is_shared(reported: Reported, tmp_path: Path) -> None:
    given = parameters(reported.settings.home.root)
    other = replace(reported.material, losses=())
    with holding(reported.settings.home.root, other):
        assert open_material(**given) is other
        assert open_material(**{**given, "township": TOWNSHIP}).schools.keys() < other.schools.keys()
    assert open_material(**given).losses == reported.material.losses
    with holding(tmp_path, other):
        assert open_material(**given) is not other


def _engine(source: str) -> Any:
    """A notebook of that one cell, run in this process."""
    book = new_notebook(cells=[new_code_cell(source)])  # type: ignore[no-untyped-call]
    for cell in book.cells:
        cell.metadata["tags"] = []
    book.metadata["papermill"] = {}
    options = {"output_path": None, "progress_bar": False}
    return in_process.InProcessEngine.execute_notebook(book, "python3", **options)


def test_each_notebook_has_a_namespace_of_its_own() -> None:
    assert _engine("left = 1\nleft").cells[0].outputs[0].data["text/plain"] == "1"
    with pytest.raises(NameError, match="left"):
        _engine("left")


def test_what_a_cell_prints_is_no_part_of_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    executed = _engine("print('said')\nimport sys\nprint('warned', file=sys.stderr)")
    assert [output.output_type for output in executed.cells[0].outputs] == ["stream"]
    assert capsys.readouterr() == ("", "")
    with pytest.raises(PipelineError, match="not part of the report"):
        notebook._without_traces(executed)
