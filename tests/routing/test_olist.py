"""The 8,000 real leads of a marketing funnel come in whole, and every team's ledger agrees with its postings."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from routing.models import Assignment, Lead, Posting
from tests.proofs.company import the_books_agree

ROOT = Path(__file__).parents[2]
LEADS = ROOT.parent / "shared/data/olist/olist_marketing_qualified_leads_dataset.csv"
EXAMPLES = ROOT / "examples"

needs_olist = pytest.mark.skipif(not LEADS.exists(), reason="needs the Olist leads in ../shared/data")


def bring_in(path: Path) -> str:
    out = StringIO()
    call_command("import_leads", str(path), "--map", str(EXAMPLES / "olist_map.yaml"), stdout=out, stderr=StringIO())
    return out.getvalue()


def all_come_in_and_the_books_agree(path: Path, count: int) -> None:
    call_command("load_plan", str(EXAMPLES / "olist.yaml"), "--publish", stdout=StringIO())
    assert f"read {count}, created {count}, duplicates 0, rejected 0" in bring_in(path)
    found = dict(Lead.objects.values_list("status").annotate(n=Count("pk")))
    assert set(found) <= {"assigned", "pooled", "waiting"}
    assert sum(found.values()) == count
    assert not Lead.objects.filter(status="waiting", reason="").exists(), "who waits says why"
    the_books_agree()
    pushed_fairly = Assignment.objects.filter(method="assign", decision__reason__in=["round_robin", "weighted"])
    by_team = dict(pushed_fairly.values_list("team__slug").annotate(n=Count("pk")).order_by())
    posted = dict(Posting.objects.values_list("team__slug").annotate(n=Count("pk")).order_by())
    assert by_team == posted, "one posting for each lead delivered by fair share"
    assert f"read {count}, created 0, duplicates {count}, rejected 0" in bring_in(path)
    assert Lead.objects.count() == count


@needs_olist
def test_real_leads_come_in_once_and_the_ledgers_agree_with_their_postings(db: None, tmp_path: Path) -> None:
    some = tmp_path / "some.csv"
    some.write_text("".join(LEADS.read_text().splitlines(keepends=True)[:801]))
    all_come_in_and_the_books_agree(some, 800)


@pytest.mark.slow
@needs_olist
def test_all_8000_come_in_once_and_the_ledgers_agree_with_their_postings(db: None) -> None:
    all_come_in_and_the_books_agree(LEADS, 8000)
