"""The starter plans simulate: every lead of a believable week ends somewhere, and the teams named are the plan's."""

from __future__ import annotations

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

ROOT = Path(__file__).parents[3]
PLANS = sorted(path for path in (ROOT / "examples").glob("*.yaml") if not path.stem.endswith("_map"))


def leads(path: Path) -> None:
    countries = ["US", "DE", "GB", "", "us"]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "id",
                "email",
                "company",
                "company_size",
                "industry",
                "country",
                "region",
                "postcode",
                "source",
                "job_title",
            ]
        )
        for number in range(400):
            writer.writerow(
                [
                    number,
                    f"p{number % 311}@{'gmail.com' if number % 4 == 0 else f'firm{number % 173}.example'}",
                    f"Firm {number % 173}" if number % 4 else "",
                    ["", "3", "40", "250", "1200", "9000"][number % 6],
                    ["healthcare", "Retail", "", "finance"][number % 4],
                    countries[number % 5],
                    ["TX", "CA", "NY", "BY", ""][number % 5],
                    ["75201", "90210", "10001-1234", "80331", ""][number % 5],
                    ["web", "event", "paid_search"][number % 3],
                    ["CEO", "Student", "Head of IT"][number % 3],
                ]
            )


@pytest.mark.parametrize("plan", PLANS, ids=[path.stem for path in PLANS])
def test_a_starter_plan_gives_every_lead_an_end(plan: Path, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    leads(path)
    out = StringIO()
    call_command("simulate", plan=str(plan), leads=str(path), every="900", stdout=out)
    lines = list(csv.DictReader(StringIO(out.getvalue())))
    assert [line["id"] for line in lines] == [str(number) for number in range(400)]
    document = yaml.safe_load(plan.read_text())
    outcomes = Counter(line["outcome"] for line in lines)
    assert set(outcomes) <= {"assigned", "offered", "pooled", "waiting", "disqualified"}
    assert outcomes["assigned"] + outcomes["offered"] + outcomes["pooled"] > 100
    assert {line["team"] for line in lines} <= {"", *document["teams"]}
    assert {line["rep"] for line in lines} <= {"", *document["reps"]}
    assert all(line["reason"] for line in lines)


def test_there_are_starter_plans() -> None:
    assert len(PLANS) >= 4
