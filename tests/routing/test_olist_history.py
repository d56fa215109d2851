"""Olist's 8,000 real leads with the 842 deals that came of them, as history: every figure to the digit."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from statistics import fmean, median

import pytest
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker

from routing import pipeline, roster
from routing.models import Assignment, Event, Lead, Load, Posting, Rep, SlaClock

OLIST = Path(__file__).parents[3] / "shared/data/olist"

pytestmark = pytest.mark.skipif(not OLIST.exists(), reason="needs the Olist data in ../shared/data")

Rows = list[tuple[datetime, datetime | None, str, str]]
"""Of each lead: captured, won, origin, owner."""


def joined(path: Path) -> Path:
    """One line a lead, with the deal that came of it."""
    with (OLIST / "olist_closed_deals_dataset.csv").open() as file:
        deals = {deal["mql_id"]: deal for deal in csv.DictReader(file)}
    names = ["external_id", "captured_at", "attributes.origin", "attributes.landing_page", "owner", "won_at"]
    with (OLIST / "olist_marketing_qualified_leads_dataset.csv").open() as file, path.open("w") as out:
        writer = csv.writer(out)
        writer.writerow(names)
        for row in csv.DictReader(file):
            deal = deals.get(row["mql_id"], {})
            facts = [row[name] for name in ("mql_id", "first_contact_date", "origin", "landing_page_id")]
            writer.writerow([*facts, deal.get("sr_id", ""), deal.get("won_date", "")])
    return path


def table(title: str) -> dict[str, list[str]]:
    """A table of EXPECTED.md under a heading that begins so: its rows by their first cell."""
    text = (OLIST / "EXPECTED.md").read_text()
    lines = text[text.index(f"### {title}") :].splitlines()[3:]
    rows = {}
    for line in lines:
        if not line.startswith("|"):
            break
        first, *rest = (cell.strip() for cell in line.strip("|").split("|"))
        rows[first] = rest
    return rows


def days(captured_at: datetime, won_at: datetime) -> int:
    """Calendar days from capture to won."""
    return (won_at.date() - captured_at.date()).days


def share(won: int, leads: int) -> str:
    return f"{100 * won / leads:.2f}%"


def same(found: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    """The same rows; `14` and `14.0` are one figure."""

    def plain(rows: dict[str, list[str]]) -> dict[str, list[str]]:
        return {name: [re.sub(r"\.0$", "", cell) for cell in cells] for name, cells in rows.items()}

    assert plain(found) == plain(expected)


@pytest.fixture(scope="module")
def rows(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Rows]:
    """The leads as they are once all have come in."""
    with django_db_blocker.unblock(), transaction.atomic():
        roster.forget()
        out = StringIO()
        file = joined(tmp_path_factory.mktemp("olist") / "olist.csv")
        call_command("import_leads", str(file), "--history", "--make-reps", stdout=out, stderr=StringIO())
        assert out.getvalue().strip() == "read 8000, created 8000, duplicates 0, rejected 0"
        leads = Lead.objects.values_list("captured_at", "won_at", "attributes__origin", "owner__username")
        yield [(at, won, origin or "(blank)", owner or "") for at, won, origin, owner in leads]
        transaction.set_rollback(True)
    roster.forget()


def test_leads_wins_and_conversion(rows: Rows) -> None:
    won = [won for _, won, _, _ in rows if won is not None]
    text = (OLIST / "EXPECTED.md").read_text()
    assert f"**{share(len(won), len(rows))}** ({len(won)}/{len(rows)})" in text
    taken = [days(captured, won) for captured, won, _, _ in rows if won is not None]
    assert f"n={len(taken)}, min {min(taken)}, **median {median(taken)}**, mean {fmean(taken):.4f}" in text
    assert f"max {max(taken)}; negative: {sum(one < 0 for one in taken)}; same day: {taken.count(0)}" in text


def test_by_origin(rows: Rows) -> None:
    found = {}
    for origin in {origin for _, _, origin, _ in rows}:
        mine = [(captured, won) for captured, won, whence, _ in rows if whence == origin]
        taken = [days(captured, won) for captured, won in mine if won is not None]
        found[origin] = [str(len(mine)), str(len(taken)), share(len(taken), len(mine)), str(median(taken))]
    same(found, table("Leads, wins, conversion and median days by origin"))


def test_by_month(rows: Rows) -> None:
    leads = Counter(f"{captured:%Y-%m}" for captured, *_ in rows)
    cohort = Counter(f"{captured:%Y-%m}" for captured, won, *_ in rows if won is not None)
    found = {month: [str(n), str(cohort[month]), share(cohort[month], n)] for month, n in leads.items()}
    same(found, table("Leads per first-contact month and cohort conversion"))
    won = Counter(f"{won:%Y-%m}" for _, won, *_ in rows if won is not None)
    same({month: [str(n)] for month, n in won.items()}, table("Deals won per won_date month"))


def test_by_rep(rows: Rows) -> None:
    taken: dict[str, list[int]] = {}
    for captured, won, _, owner in rows:
        if won is not None:
            taken.setdefault(owner, []).append(days(captured, won))
    found = {
        owner: [str(len(of)), share(len(of), 842), str(median(of)), f"{fmean(of):.2f}"] for owner, of in taken.items()
    }
    expected = table("Closed deals per sr_id (all)")
    assert {owner: cells[3] for owner, cells in found.items()} == {owner: cells[3] for owner, cells in expected.items()}
    same(found, expected)


def test_who_sold_is_a_rep_who_gets_no_leads_and_nothing_was_routed_posted_timed_or_told(rows: Rows) -> None:
    assert Rep.objects.filter(active=False, user=None).count() == 22
    assert Assignment.objects.filter(method="import", ended_at=None).count() == 842
    assert set(Lead.objects.filter(won_at__isnull=False).values_list("status", "is_open", "stage__kind")) == {
        ("assigned", False, "won")
    }
    assert not Load.objects.filter(open__gt=0).exists()
    for nothing in (Event, Posting, SlaClock):
        assert not nothing.objects.exists()
    assert pipeline.route().routed == 0


def test_the_one_that_was_won_before_it_came_is_there(rows: Rows) -> None:
    (odd,) = re.findall(r"won before first contact: \['(\w+)'\]", (OLIST / "EXPECTED.md").read_text())
    lead = Lead.objects.get(external_id=odd)
    assert lead.won_at is not None
    assert lead.won_at < lead.captured_at
    assert lead.captured_at.tzinfo == UTC
