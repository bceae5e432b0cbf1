"""Every data contract is valid ODCS, and says nothing twice or in two ways."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft201909Validator
from open_data_contract_standard.model import OpenDataContractStandard

from pipelines.findings import SEVERITIES, catalogue
from pipelines.metadata import METADATA_ROOT
from pipelines.metadata.contracts import Contract, Rule, contract, contracts
from pipelines.metadata.items import items
from pipelines.metadata.text import normal
from pipelines.metadata.values import value_rules, vocabulary
from tests.contracts.pinned import PINNED

PATHS = sorted(METADATA_ROOT.glob("*/*.odcs.yaml"))
RULES = [(contract, rule) for contract in contracts() for rule in contract.rules]
FIELDS = [(contract, field) for contract in contracts() for field in contract.fields]
# What wording.py puts into a message or hint.
WORDS = dict.fromkeys(("value", "label", "sheet", "detail", "row_label", "example"), "x")
# The form of a cell to its column type.
FORMS = {
    "text": "VARCHAR",
    "code": "VARCHAR",
    "enum": "VARCHAR",
    "open": "VARCHAR",
    "month": "VARCHAR",
    "int": "BIGINT",
    "year": "INTEGER",
    "number": "DECIMAL(18,4)",
    "money": "DECIMAL(18,2)",
    "bool": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP",
}


@cache
def odcs_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(
        files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8")
    )
    return schema


def named(entry: tuple[Contract, Any]) -> str:
    what = entry[1]
    return what.code if isinstance(what, Rule) else f"{entry[0].name}.{what.name}"


def doubles(words: list[str]) -> list[str]:
    return sorted(word for word, count in Counter(words).items() if count > 1)


def test_there_are_eleven_school_sheets_and_eight_of_the_bureau() -> None:
    assert [len(contracts(origin)) for origin in ("school", "bureau")] == [11, 8]
    assert len(PATHS) == 19


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_contract_follows_the_schema_of_the_standard(path: Path) -> None:
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert odcs_schema()["$schema"].endswith("2019-09/schema")
    validator = Draft201909Validator(odcs_schema())
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)] == []


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_contract_loads_as_the_standards_model(path: Path) -> None:
    model = OpenDataContractStandard.from_string(path.read_text(encoding="utf-8"))
    assert model.schema_ is not None and model.schema_[0].properties is not None
    ours = contract(str(model.schema_[0].name))
    assert [entry.name for entry in model.schema_[0].properties] == [field.name for field in ours.fields]
    assert path.name == f"{ours.name}.odcs.yaml" and path.parent.name == ours.origin


def test_names_titles_orders_and_prefixes_are_unique() -> None:
    for attribute in ("name", "title", "prefix"):
        assert doubles([getattr(entry, attribute) for entry in contracts()]) == [], attribute
    for origin in ("school", "bureau"):
        orders = [entry.order for entry in contracts(origin)]
        assert sorted(orders) == list(range(1, len(orders) + 1))


def test_no_sheet_name_means_two_sheets() -> None:
    names = [normal(name) for entry in contracts() for name in {entry.title, *entry.synonyms}]
    assert doubles(names) == []


@pytest.mark.parametrize("entry", contracts(), ids=lambda entry: entry.name)
def test_headings_of_one_sheet_are_unambiguous(entry: Contract) -> None:
    headings = [heading for field in entry.fields for heading in {normal(words) for words in field.headings}]
    assert doubles(headings) == []


@pytest.mark.parametrize("entry", FIELDS, ids=named)
def test_field_is_described_whole(entry: tuple[Contract, Any]) -> None:
    _, field = entry
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert field.label and field.description
    assert field.sql_type == FORMS[field.form]
    assert field.classification in ("public", "internal", "restricted")
    assert (field.classification == "restricted") == (field.mask is not None)
    assert (field.vocabulary is not None) == (field.form in ("enum", "open", "bool"))
    if field.pattern:
        assert field.pattern.startswith("^") and field.pattern.endswith("$")


def test_keys_and_event_dates_are_fields() -> None:
    for entry in contracts():
        names = {field.name for field in entry.fields}
        assert set(entry.key) <= names
        assert entry.event_date is None or entry.event_date in names


def test_codes_of_all_findings_are_unique() -> None:
    general = yaml.safe_load((METADATA_ROOT / "findings.yaml").read_text(encoding="utf-8"))["findings"]
    codes = [entry["code"] for entry in general] + [rule.code for _, rule in RULES]
    assert doubles(codes) == []
    assert set(catalogue()) == set(codes)


@pytest.mark.parametrize("entry", RULES, ids=named)
def test_rule_code_carries_the_prefix_of_its_contract(entry: tuple[Contract, Rule]) -> None:
    owner, rule = entry
    assert re.fullmatch(rf"{owner.prefix}-\d{{3}}", rule.code)


@pytest.mark.parametrize("entry", RULES, ids=named)
def test_effect_of_a_rule_agrees_with_its_severity(entry: tuple[Contract, Rule]) -> None:
    _, rule = entry
    assert rule.severity in ("error", "query")
    assert rule.effect in ("none", "cell", "row")
    assert (rule.effect == "none") == (rule.severity == "query")


@pytest.mark.parametrize("entry", RULES, ids=named)
def test_rule_is_a_pinned_expectation_over_columns_that_exist(entry: tuple[Contract, Rule]) -> None:
    owner, rule = entry
    names = {"submission_no", *(field.name for field in owner.fields)}
    arguments = rule.arguments
    columns = [arguments[name] for name in ("column", "column_A", "column_B") if name in arguments]
    columns += arguments.get("column_list", [])
    assert rule.expectation in PINNED
    assert columns and set(columns) <= names
    assert rule.field in columns
    words = set(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", arguments.get("row_condition", ""))))
    assert words - {"isnull", "notnull"} <= names


@pytest.mark.parametrize("entry", RULES, ids=named)
def test_pair_rules_let_missing_values_pass(entry: tuple[Contract, Rule]) -> None:
    _, rule = entry
    if "column_A" in rule.arguments:
        assert rule.arguments["ignore_row_if"] == "either_value_is_missing"
    if "column_list" in rule.arguments:
        assert rule.arguments["ignore_row_if"] == "any_value_is_missing"
        assert rule.arguments["column_list"][0] == "submission_no"


def test_no_rule_repeats_what_the_form_of_its_field_says() -> None:
    """Such a rule could never speak: the type failure speaks first."""
    repeated = [
        rule.code
        for owner, rule in RULES
        if rule.arguments.get("regex") and rule.arguments["regex"] == owner.field(rule.field).pattern
    ]
    assert repeated == []


@pytest.mark.parametrize("code", sorted(catalogue()))
def test_finding_has_texts_in_both_languages_that_can_be_filled_in(code: str) -> None:
    kind = catalogue()[code]
    assert kind.severity in SEVERITIES
    for text in (kind.zh, kind.hint_zh, kind.en, kind.hint_en):
        assert text.strip()
        filled = text.format_map(WORDS)
        assert "{" not in filled and "}" not in filled
    assert re.search("[\u4e00-\u9fff]", kind.zh) and re.search("[\u4e00-\u9fff]", kind.hint_zh)


def test_severity_of_a_general_finding_agrees_with_the_letter_of_its_code() -> None:
    letters = {"R": {"repair"}, "W": {"notice"}, "Q": {"query", "notice"}, "E": {"fatal", "error", "query"}}
    general = [kind for code, kind in catalogue().items() if re.match(r"[EQWR]-", code)]
    assert len(general) > 40
    assert [kind.code for kind in general if kind.severity not in letters[kind.code[0]]] == []


def test_every_general_finding_is_raised_somewhere(checkout: Path) -> None:
    program = checkout / "pipelines"
    texts = [path.read_text(encoding="utf-8") for path in program.rglob("*") if path.suffix in (".py", ".sql")]
    codes = [code for code in catalogue() if re.match(r"[EQWR]-", code)]
    assert [code for code in codes if not any(re.search(rf"['\"]{code}['\"]", text) for text in texts)] == []


def test_every_general_finding_is_asserted_by_a_test(checkout: Path) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (checkout / "tests").rglob("*.py")]
    codes = [code for code in catalogue() if re.match(r"[EQWR]-", code)]
    assert [code for code in codes if not any(code in text for text in texts)] == []


def test_vocabularies_of_fields_exist() -> None:
    used = {field.vocabulary for _, field in FIELDS if field.vocabulary}
    assert used == set(value_rules()["vocabularies"])
    assert all(vocabulary(name) for name in used)


@pytest.mark.parametrize("name", sorted(value_rules()["vocabularies"]))
def test_no_written_form_means_two_values(name: str) -> None:
    forms = [
        form for term in vocabulary(name) for form in {normal(word) for word in (term.value, term.zh, *term.synonyms)}
    ]
    assert doubles(forms) == []
    assert all(term.zh and term.en for term in vocabulary(name))


def test_no_written_form_is_taken_for_a_truth_value_by_yaml() -> None:
    """An unquoted yes or no is no text in YAML."""
    entries = [entry for entries in value_rules()["vocabularies"].values() for entry in entries]
    assert [entry["value"] for entry in entries if any(isinstance(word, bool) for word in entry["synonyms"])] == []


def test_item_ids_and_codes_are_unique() -> None:
    entries = yaml.safe_load((METADATA_ROOT / "items.yaml").read_text(encoding="utf-8"))["items"]
    assert doubles([entry["id"] for entry in entries]) == []
    assert doubles([entry["code"] for entry in entries]) == []
    assert len(items()) == len(entries)


@pytest.mark.parametrize("kind", sorted({item.kind for item in items().values()}))
def test_wordings_of_items_are_unique_within_a_kind(kind: str) -> None:
    wordings = [
        words
        for item in items().values()
        if item.kind == kind
        for words in {normal(text) for text in (item.code, item.zh, *item.synonyms)}
    ]
    assert kind in ("checklist", "count", "body", "body_count")
    assert wordings and doubles(wordings) == []


@pytest.mark.parametrize("name", ["total_row", "form_line", "nil_return", "title_month", "evacuation_name"])
def test_patterns_of_values_compile(name: str) -> None:
    assert re.compile(value_rules()[name])


def test_only_answers_give_a_mark_of_the_missing_a_meaning() -> None:
    """无 says no in a yes/no field, and n/a says not applicable in the checklist."""
    missing = {mark.lower() for mark in value_rules()["missing"]}
    meant = {
        (name, form)
        for name in value_rules()["vocabularies"]
        for term in vocabulary(name)
        for form in (term.value, term.zh.lower(), *(synonym.lower() for synonym in term.synonyms))
        if form in missing
    }
    assert meant == {("yes_no", "无"), ("answer", "无"), ("answer", "n/a")}
