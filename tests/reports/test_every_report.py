"""What holds for every report there is, and for each one still to be written."""

from __future__ import annotations

import csv
import io
import os
import random
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from reports.registry import reports, reports_for
from reports.units import COUNT
from routing.models import Lead, Membership, Rep, Source
from tests.cast import lead_of, person, rep, source, team
from tests.reports.conftest import logged_in, table
from tests.reports.pages import Seen
from tests.reports.past import NOW
from tests.settings import TEST_DATABASE

ROOT = Path(__file__).parents[2]
EVERY = sorted(reports())
QUESTIONS = 50 if TEST_DATABASE == "sqlite" or os.environ.get("PROVE") else 15
"""How many are asked of each report. Page and file do not know which database there is: fifty are asked once."""
PERIODS = ("last-30-days", "last-90-days", "this-week", "last-month", "all-time", "today")


def some_filter(slug: str, rand: random.Random) -> dict[str, str]:
    """A random question that this report takes."""
    report = reports()[slug]
    found: dict[str, str] = {}
    if report.has_period:
        found["period"] = rand.choice(PERIODS)
        if rand.random() < 0.3:
            found = {"since": f"2026-03-{rand.randrange(1, 29):02}", "until": f"2026-05-{rand.randrange(1, 21):02}"}
        if rand.random() < 0.4:
            found["compare"] = "1"
    if report.groupings:
        found["group"] = rand.choice(report.groupings)
    values = {"team": ["inside", "outside"], "rep": ["laura", "omar", "mia"], "source": ["web", "=ads"],
              "band": ["hot", "cold"], "rule": ["large", "gone-since"]}  # fmt: skip
    found |= {name: rand.choice(values[name]) for name in report.filters if rand.random() < 0.25}
    if rand.random() < 0.5:
        found["sort"] = rand.choice(["", "-"]) + rand.choice(["label", *(column.key for column in report.told)])
    return found


@pytest.mark.parametrize("slug", EVERY)
def test_the_file_equals_the_page_for_fifty_random_filters(past: SimpleNamespace, still: datetime, slug: str) -> None:
    """Row by row, cell by cell, the figures of the period before included."""
    client = logged_in(past.root)
    rand = random.Random(slug)
    counted = 0
    for _ in range(QUESTIONS):
        query = urlencode(some_filter(slug, rand))
        seen, figures = whole_page(client, f"/reports/{slug}/?{query}")
        answer = client.get(f"/reports/{slug}.csv?{query}")
        assert answer.status_code == 200, query
        text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
        header, *lines = csv.reader(io.StringIO(text))
        if not seen and not figures:
            assert not any(cell not in ("", "0") and not cell.startswith("0.") for line in lines for cell in line[1:])
            continue
        counted += 1
        keys = [name.split(" (")[0].removesuffix(" before") for name in header]
        assert [label for label, _ in seen] == [restored(line[0]) for line in lines], query
        for (_, cells), line in zip(seen, lines, strict=True):
            for key in cells:
                assert (
                    cells[key]
                    == [restored(cell) for name, cell in zip(keys, line, strict=True) if name == key][: len(cells[key])]
                ), query
        every = next((line for line in lines if line[0] == "All"), None)
        for key, value in figures.items():
            assert every is not None and value == restored(every[keys.index(key)]), (query, key)
    assert counted >= QUESTIONS / 5, "most questions found nothing: this compared too little"


def restored(cell: str) -> str:
    """A cell without what made it harmless."""
    return cell[1:] if cell.startswith("'") else cell


def whole_page(client: Client, address: str) -> tuple[list[tuple[str, dict[str, list[str]]]], dict[str, str]]:
    """The rows of all its pages, those of the foot once."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    seen = Seen(answer.content.decode())
    rows, figures = seen.rows, seen.figures
    foot = [row for row in rows if row[0] == "All"]
    body = [row for row in rows if row[0] != "All"]
    while seen.next:
        seen = Seen(client.get(address.split("?")[0] + seen.next).content.decode())
        body += [row for row in seen.rows if row[0] != "All"]
    return [*body, *foot], figures


@pytest.mark.parametrize("slug", EVERY)
def test_the_interface_tells_the_numbers_of_the_file(past: SimpleNamespace, still: datetime, slug: str) -> None:
    client = logged_in(past.root)
    told = client.get(f"/api/v1/reports/{slug}/?period=all-time").json()
    text = (
        b"".join(client.get(f"/reports/{slug}.csv?period=all-time").streaming_content).decode().removeprefix("\ufeff")
    )
    _, *lines = csv.reader(io.StringIO(text))
    rows = [*told["rows"], *([told["total"]] if told["total"] else [])]
    assert len(rows) == len(lines)
    for row, line in zip(rows, lines, strict=True):
        for value, cell in zip(row["values"].values(), line[1:], strict=True):
            assert (cell == "") == (value in (None, "")), (row, line)
            if isinstance(value, (int, float)):
                assert float(restored(cell)) == value


@pytest.mark.parametrize("slug", EVERY)
def test_it_says_what_it_counts(slug: str) -> None:
    """Every column that is told has its formula, and every key is told once."""
    report = reports()[slug]
    keys = [column.key for column in report.columns]
    assert len(keys) == len(set(keys))
    assert report.title and report.about.endswith(".") and report.counts.endswith(".")
    assert [column.key for column in report.told if column.unit.numeric and not column.formula.endswith(".")] == []
    assert not report.charted or report.charted in keys
    assert f"| `{slug}` |" in (ROOT / "docs" / "reports.md").read_text(), "it is in no document"
    assert resolve(f"/reports/{slug}/").url_name == "report", "another page has its address"


@pytest.mark.parametrize("slug", EVERY)
def test_nobody_is_told_of_leads_they_may_not_count(past: SimpleNamespace, still: datetime, slug: str) -> None:
    """Dana is told the same whether Outside has leads or not; a rep of no team is told of nobody."""
    before = table(slug, past.dana)
    Lead.objects.filter(team=past.outside).exclude(owner__memberships__team=past.inside).update(
        captured_at=NOW, won_at=NOW, value=999, first_touch_at=NOW, score=77
    )
    assert table(slug, past.dana) == before
    lonely = rep("lou", "Lou Lonely").user
    if slug in reports_for(lonely):
        page = logged_in(lonely).get(f"/reports/{slug}/?period=all-time").content.decode()
        for name in ("Laura", "Daniel", "Emma", "Omar", "Mia"):
            assert name not in page


@pytest.mark.parametrize("slug", EVERY)
def test_a_rep_reads_no_colleagues_name(past: SimpleNamespace, still: datetime, slug: str) -> None:
    """Except on the leaderboard, which is for that."""
    if slug == "leaderboard" or slug not in reports_for(past.laura.user):
        return
    for group in reports()[slug].groupings:
        if group != "rep":
            page = logged_in(past.laura.user).get(f"/reports/{slug}/?period=all-time&group={group}").content.decode()
            assert "Daniel" not in page and "Emma Novak" not in page and "Omar" not in page


@pytest.mark.parametrize("slug", EVERY)
def test_an_analyst_counts_all_and_reads_no_contact_details(past: SimpleNamespace, still: datetime, slug: str) -> None:
    nora = person("nora")
    nora.groups.add(group_of("analyst"))
    assert table(slug, nora).total == table(slug, past.root).total
    answer = logged_in(nora).get(f"/api/v1/reports/{slug}/?group=attributes.origin")
    assert answer.status_code == 400


def group_of(name: str) -> Group:
    return Group.objects.get(name=name)


@pytest.mark.parametrize("slug", EVERY)
def test_its_queries_do_not_grow_with_what_it_counts(db: None, still: datetime, slug: str) -> None:
    """The same number for two reps, sources and leads, and for twenty."""
    root = person("root", is_superuser=True)
    client = logged_in(root)
    address = f"/reports/{slug}/?period=all-time&compare=1"
    inside = team("inside")

    def grow(first: int, last: int) -> None:
        for number in range(first, last):
            somebody = rep(f"rep{number}", f"Rep {number}")
            Membership.objects.create(team=inside, rep=somebody, position=number)
            lead_of(somebody, team=inside, source=source(f"source{number}"), external_id=str(number), rule=f"r{number}",
                    captured_at=NOW, assigned_at=NOW)  # fmt: skip

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(address).status_code == 200
        return len(caught)

    grow(0, 2)
    asked()  # whatever is kept for the next time
    few = asked()
    grow(2, 22)
    assert asked() == few
    assert Rep.objects.count() == 22 and Source.objects.count() == 22


@pytest.mark.parametrize("slug", EVERY)
def test_it_answers_where_there_is_nothing_yet(db: None, still: datetime, slug: str) -> None:
    """On the first day: a page that says so, an empty file."""
    client = logged_in(person("root", is_superuser=True))
    assert client.get(f"/reports/{slug}/").status_code == 200
    assert client.get(f"/reports/{slug}.csv").status_code == 200
    found = table(slug, person("other", is_superuser=True))
    counted = [column.key for column in found.columns if column.unit is COUNT and not column.hidden]
    assert found.total is None or not any(found.total.values.get(key) for key in counted)


@pytest.mark.parametrize("slug", EVERY)
@pytest.mark.parametrize("query", ["group=nonsense", "sort=nonsense", "team=nonsense", "source=%00", "rule=" + "x" * 99,
                                   "since=yesterday", "since=2026-05-02&until=2026-05-01", "period=nonsense",
                                   "since=0001-01-01&until=9999-12-31"])  # fmt: skip
def test_a_question_that_makes_no_sense_is_answered_in_words(db: None, still: datetime, slug: str, query: str) -> None:
    """On the page beside the field, in the file and the interface as 400; where the report has no such field, not at
    all."""
    client = logged_in(person("root", is_superuser=True))
    page = client.get(f"/reports/{slug}/?{query}")
    file, told = client.get(f"/reports/{slug}.csv?{query}"), client.get(f"/api/v1/reports/{slug}/?{query}")
    assert page.status_code == 200
    assert (file.status_code, told.status_code) in [(400, 400), (200, 200)]
    assert (file.status_code == 400) == (b'class="wrong' in page.content)
