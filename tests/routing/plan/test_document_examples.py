"""The starter plans, the sample of the format and the JSON Schema say the same as the reader."""

import csv
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from routing.engine.fields import kind_of
from routing.plan.document import json_schema, load, write
from routing.plan.document.finding import Findings
from routing.plan.document.source import parse

PROJECT = Path(__file__).parents[3]
STARTERS = ["round_robin", "shark_tank", "territories", "enterprise_and_small_business"]
EXAMPLES = [PROJECT / "examples" / f"{name}.yaml" for name in (*STARTERS, "olist")]
SAMPLE = Path(__file__).parent / "plan_sample.yaml"
OLIST = PROJECT / "../shared/data/olist/olist_marketing_qualified_leads_dataset.csv"

SCHEMA = Draft202012Validator(json_schema())


def wrong_by_schema(tree: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in SCHEMA.iter_errors(tree)]


def test_the_schema_is_one():
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_loads_without_a_word(path):
    document, findings = load(path.read_text())
    assert findings == []
    assert document["rules"][-1]["when"] is None


@pytest.mark.parametrize("path", [*EXAMPLES, SAMPLE], ids=lambda path: path.stem)
def test_an_example_is_valid_by_the_schema_as_texts_and_as_an_editor_reads_it(path):
    assert wrong_by_schema(parse(path.read_text(), Findings())) == []

    class Editor(yaml.SafeLoader):
        """YAML 1.2's core schema, as editors read it: numbers and true/false, but no dates and no `NO`."""

        yaml_implicit_resolvers = {}

    for tag, pattern, first in (
        ("int", r"^-?\d+$", "-0123456789"),
        ("bool", r"^(true|false)$", "tf"),
        ("null", r"^(~|null|)$", ["~", "n", ""]),
    ):
        Editor.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), list(first))
    assert wrong_by_schema(yaml.load(path.read_text(), Loader=Editor)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_is_valid_by_the_schema_after_a_dump(path):
    document, _ = load(path.read_text())
    assert wrong_by_schema(parse(write(document), Findings())) == []


@pytest.mark.parametrize(
    "text",
    [
        "rules: [{name: A, to: t, when: {all: [{field: industry, op: is_like, value: x}]}}]",
        "rules: [{name: A, to: t, when: {all: [{field: company_size, op: contains, value: x}]}}]",
        "rules: [{name: A, to: t, when: {all: [{field: company_size, op: at_least, value: x}]}}]",
        "rules: [{name: A, to: t, when: {all: [{field: nope, op: is_set}]}}]",
        "rules: [{name: A, to: t, when: {all: [{field: city, op: in, value: x}]}}]",
        "rules: [{name: A, to: t, when: {all: []}}]",
        "rules: [{name: A, to: t, when: {all: [{any: [{all: [{any: [{all: [{field: city, op: is_set}]}]}]}]}]}}]",
        "rules: [{name: A, to: t, delivery: asign}]",
        "rules: [{name: A, to: {team: t, rep: laura}}]",
        "rules: [{name: A}]",
        "reps: {laura: {nam: Laura}}",
        "calendars: {c: {hours: {monday: '09:00-10:00'}}}",
        "sla: {g: {steps: [{after: 5, do: remind}]}}",
        "plan: 2",
        "nam: x",
    ],
)
def test_what_the_reader_refuses_by_its_shape_the_schema_refuses_too(text):
    assert any(finding.is_error for finding in load(text)[1])
    assert wrong_by_schema(parse(text, Findings()))


@pytest.mark.parametrize("name", STARTERS)
def test_every_starter_has_the_five_minute_window(name):
    document, _ = load((PROJECT / "examples" / f"{name}.yaml").read_text())
    used = {rule["sla"] for rule in document["rules"]}
    five = {slug for slug, policy in document["sla"].items() if {"after": 300, "do": "breach"} in policy["steps"]}
    assert used & five


def test_the_map_of_the_olist_file_names_fields():
    mapping = yaml.safe_load((PROJECT / "examples/olist_map.yaml").read_text())
    assert all(kind_of(field) for field in mapping.values())


@pytest.mark.skipif(not OLIST.exists(), reason="the Olist data is not beside the project (../shared/data/olist)")
def test_the_olist_plan_asks_for_what_its_file_holds():
    mapping = yaml.safe_load((PROJECT / "examples/olist_map.yaml").read_text())
    with OLIST.open() as file:
        rows = list(csv.DictReader(file))
    assert set(mapping) == set(rows[0])
    pages = {row["landing_page_id"] for row in rows}
    origins = {row["origin"] for row in rows}
    document, _ = load((PROJECT / "examples/olist.yaml").read_text())
    asked = {"attributes.landing_page": set(), "attributes.origin": set(), "captured_at": set()}
    for rule in document["rules"]:
        collect(rule["when"], asked)
    assert asked["attributes.landing_page"] <= pages
    assert asked["attributes.origin"] - {"search"} <= origins
    assert asked["captured_at"]


def collect(node: object, asked: dict[str, set[str]]) -> None:
    if isinstance(node, dict) and "field" in node:
        value = node.get("value", [])
        asked[node["field"]].update(value if isinstance(value, list) else [value])
    elif isinstance(node, dict):
        for members in node.values():
            for member in members:
                collect(member, asked)
