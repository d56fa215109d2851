"""What the reports tell of Olist's 8,000 real leads with the 842 deals that came of them: every figure to the digit."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from reports.registry import reports
from reports.table import Table
from reports.units import SHARE
from routing import roster
from routing.models import Lead, User
from tests.cast import person
from tests.reports.conftest import asked

OLIST = Path(__file__).parents[3] / "shared/data/olist"

pytestmark = [
    pytest.mark.skipif(not OLIST.exists(), reason="needs the Olist data in ../shared/data"),
    pytest.mark.django_db,  # so that there is one also where this file runs alone
]


MAP = """
mql_id: external_id
first_contact_date: captured_at
landing_page_id: attributes.landing_page
origin: attributes.origin
sr_id: owner
won_date: won_at
"""


@pytest.fixture(scope="module")
def root(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[User]:
    """Somebody who sees all, once the leads have come in with the deals that came of them."""
    folder = tmp_path_factory.mktemp("olist")
    mapping = folder / "map.yaml"
    mapping.write_text(MAP)
    with django_db_blocker.unblock(), transaction.atomic():
        roster.forget()
        out = StringIO()
        call_command("import_leads", str(joined(folder / "olist.csv")), "--history", "--make-reps", "--map",
                     str(mapping), stdout=out, stderr=StringIO())  # fmt: skip
        assert out.getvalue().strip() == "read 8000, created 8000, duplicates 0, rejected 0"
        yield person("root", is_superuser=True)
        transaction.set_rollback(True)
    roster.forget()


def joined(path: Path) -> Path:
    """The file of leads, each with who won it and when."""
    deals = {deal["mql_id"]: deal for deal in lines("olist_closed_deals_dataset.csv")}
    with path.open("w", newline="") as out:
        names = ("mql_id", "first_contact_date", "landing_page_id", "origin", "sr_id", "won_date")
        writer = csv.DictWriter(out, names, restval="", extrasaction="ignore")
        writer.writeheader()
        for row in lines("olist_marketing_qualified_leads_dataset.csv"):
            writer.writerow(row | deals.get(row["mql_id"], {}))
    return path


def lines(name: str) -> list[dict[str, str]]:
    with (OLIST / name).open() as file:
        return list(csv.DictReader(file))


def told(slug: str, root: User, **question: str) -> Table:
    """A report of all time, in UTC."""
    return reports()[slug].table(asked(slug, root, ZoneInfo("UTC"), **question))


def expected(title: str) -> dict[str, list[str]]:
    """A table of EXPECTED.md under a heading that begins so: its rows by their first cell."""
    text = (OLIST / "EXPECTED.md").read_text()
    rows = {}
    for line in text[text.index(f"### {title}") :].splitlines()[3:]:
        if not line.startswith("|"):
            break
        first, *rest = (cell.strip() for cell in line.strip("|").split("|"))
        rows[first] = rest
    return rows


def days(value: float) -> str:
    """14.0 and 14 are one figure."""
    return f"{value:g}"


def percent(value: float) -> str:
    return f"{SHARE.written(value)}%"


def test_leads_wins_conversion_and_days(root: User) -> None:
    total = told("lead-quality", root).total
    assert total is not None
    values = total.values
    assert (values["leads"], values["won"], percent(values["conversion"])) == (8_000, 842, "10.53%")
    assert (f"{values['mean_days']:.4f}", values["median_days"]) == ("48.4406", 14)
    text = (OLIST / "EXPECTED.md").read_text()
    assert f"**median {values['median_days']}**, mean {values['mean_days']:.4f}" in text


def test_the_funnel_tells_the_same(root: User) -> None:
    total = told("funnel", root).total
    assert total is not None
    assert (total.values["leads"], total.values["won"], percent(total.values["conversion"])) == (8_000, 842, "10.53%")


def test_by_origin(root: User) -> None:
    found = {
        row.key or "(blank)": [
            str(row.values["leads"]), str(row.values["won"]), percent(row.values["conversion"]),
            days(row.values["median_days"]),
        ]
        for row in told("lead-quality", root, group="attributes.origin").rows
    }  # fmt: skip
    wanted = expected("Leads, wins, conversion and median days by origin")
    assert len(wanted) == 11
    assert found == {origin: [*cells[:3], days(float(cells[3]))] for origin, cells in wanted.items()}


def test_by_month_of_capture(root: User) -> None:
    found = {
        row.key: [str(row.values["leads"]), str(row.values["won"]), percent(row.values["conversion"])]
        for row in told("lead-quality", root, group="month").rows
    }
    assert found == expected("Leads per first-contact month and cohort conversion") and len(found) == 12


def test_wins_by_month_of_the_win(root: User) -> None:
    rows = told("team-performance", root, group="month").rows
    found = {row.key: [str(row.values["won_in_period"])] for row in rows if row.values["won_in_period"]}
    assert found == expected("Deals won per won_date month") and len(found) == 12


def test_by_rep(root: User) -> None:
    """Wins and their share from one report, days from the other."""
    times = {row.key: row.values for row in told("lead-quality", root, group="rep").rows}
    found = {
        row.key: [
            str(row.values["won_in_period"]), percent(row.values["share_of_wins"]), days(times[row.key]["median_days"]),
            f"{times[row.key]['mean_days']:.2f}",
        ]
        for row in told("team-performance", root, group="rep").rows
    }  # fmt: skip
    wanted = expected("Closed deals per sr_id (all)")
    assert len(wanted) == 22
    assert found == {rep: [*cells[:2], days(float(cells[2])), cells[3]] for rep, cells in wanted.items()}


def test_the_one_that_was_won_before_it_came_is_told_of(root: User) -> None:
    (odd,) = re.findall(r"won before first contact: \['(\w+)'\]", (OLIST / "EXPECTED.md").read_text())
    assert Lead.objects.get(external_id=odd).won_at is not None
    for slug in ("lead-quality", "lead-velocity"):
        (note,) = told(slug, root).notes
        assert note.startswith("1 lead was won before it was captured")
    total = told("lead-velocity", root).total
    assert total is not None
    assert f"{total.values['median_to_won'] / 86_400:.4f}" == "14.6507"  # EXPECTED.md: using full timestamps
