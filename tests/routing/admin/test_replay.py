"""The last leads once more, by the plan in force and by the draft: what would have gone elsewhere."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from routing.models import Lead, Membership, Rep, Rule, User
from routing.people_changes import set_accepting
from routing.plan.publish import check_draft, publish
from routing.simulate.replay import End, everybody_on, last_leads, replay
from tests.cast import MONDAY_MORNING, cast, lead, lead_of, person

pytestmark = pytest.mark.django_db

LARGE = {"all": [{"field": "company_size", "op": "at_least", "value": 1000}]}
ADDRESS = "/admin/routing/plansettings/replay/"


@pytest.fixture
def people() -> SimpleNamespace:
    """The cast with a plan in force: everything to Inside, in turn. Dana manages Inside; Root may do anything."""
    cache.clear()
    people = cast()
    people.dana.groups.add(Group.objects.get(name="manager"))
    people.root = person("root", is_staff=True, is_superuser=True)
    Rule.objects.create(slug="rest", name="The rest", to_team=people.inside, position=9)
    publish(at=MONDAY_MORNING)
    return people


@pytest.fixture
def dana(people: SimpleNamespace, client: Client) -> Client:
    client.force_login(User.objects.get(username="dana"))
    return client


@pytest.fixture
def root(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.root)
    return browser


def large_ones_go_outside(people: SimpleNamespace) -> None:
    """The draft's first rule, which the plan in force does not have."""
    Rule.objects.create(slug="large", name="Large ones", when=LARGE, to_team=people.outside, position=1)


def came(people: SimpleNamespace, count: int, **facts: Any) -> list[Lead]:
    """Leads of Inside, a minute apart, each of somebody else."""
    began = Lead.objects.count()
    return [
        lead_of(
            people.emma,
            team=people.inside,
            first_name=f"Lead {began + number}",
            captured_at=MONDAY_MORNING + timedelta(minutes=began + number),
            **facts,
        )
        for number in range(count)
    ]


def figures(page: Any, name: str) -> dict[str, tuple[int, int, str]]:
    return {count.words: (count.before, count.after, count.difference) for count in page.context[name]}


def shown(page: Any) -> list[str]:
    return [row[0].first_name for row in page.context["rows"]]


def test_it_says_per_rule_and_per_rep_what_would_have_changed(people: SimpleNamespace, root: Client) -> None:
    came(people, 4)
    came(people, 2, company_size=2000)
    large_ones_go_outside(people)
    page = root.get(ADDRESS, {"leads": 100})
    assert figures(page, "by_rule") == {"Large ones": (0, 2, "+2"), "The rest": (6, 4, "−2")}
    assert figures(page, "by_place") == {
        "Daniel Weiss": (2, 1, "−1"),
        "Emma Novak": (2, 1, "−1"),
        "Laura Ortiz": (2, 2, "0"),
        "Omar Haddad": (0, 2, "+2"),
    }
    assert "2 of 6 leads would have gone elsewhere." in page.content.decode()
    assert shown(page) == ["Lead 5", "Lead 4"], "the last that came first"


def test_only_the_last_so_many_are_asked_about_in_the_order_in_which_they_came(people: SimpleNamespace) -> None:
    came(people, 5)
    assert [past.at.minute for past in last_leads(Lead.objects.all(), 3)] == [2, 3, 4]


def test_where_nothing_differs_it_says_so(people: SimpleNamespace, root: Client) -> None:
    came(people, 3)
    assert (
        "All 3 would have gone where the plan in force sends them."
        in root.get(ADDRESS, {"leads": 100}).content.decode()
    )


def test_who_is_only_next_because_the_turn_moved_is_told_apart(people: SimpleNamespace, root: Client) -> None:
    came(people, 1, company_size=2000)
    came(people, 3)
    large_ones_go_outside(people)
    page = root.get(ADDRESS, {"leads": 100})
    assert (page.context["moved"], page.context["turned"]) == (4, 3)
    assert shown(page) == ["Lead 0"]
    assert shown(root.get(ADDRESS, {"leads": 100, "which": "turn"})) == ["Lead 3", "Lead 2", "Lead 1"]


def test_the_leads_are_sorted_paged_and_downloaded_as_shown(people: SimpleNamespace, root: Client) -> None:
    came(people, 60, company_size=2000)
    large_ones_go_outside(people)
    asked = {"leads": 100, "sort": "came"}
    assert shown(root.get(ADDRESS, asked))[:2] == ["Lead 0", "Lead 1"]
    assert len(shown(root.get(ADDRESS, asked | {"page": 2}))) == 10
    answer = root.get(ADDRESS, asked | {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert [row["lead"] for row in rows] == [f"Lead {number}" for number in range(60)]
    assert {(row["rule_before"], row["rule_after"], row["after"]) for row in rows} == {
        ("The rest", "Large ones", "Omar Haddad")
    }


def test_nothing_is_written(people: SimpleNamespace, root: Client) -> None:
    came(people, 4, company_size=2000)
    large_ones_go_outside(people)
    root.get(ADDRESS)

    def everything() -> dict[str, list[Any]]:
        models = [*apps.get_app_config("routing").get_models(), *apps.get_app_config("reps").get_models()]
        return {model.__name__: list(model._default_manager.order_by("pk").values()) for model in models}

    before = everything()
    with CaptureQueriesContext(connection) as asked:
        assert root.get(ADDRESS, {"leads": 1000}).context["moved"] == 4
    assert everything() == before
    reading = ("SELECT", "DECLARE")  # PostgreSQL reads choices through a cursor
    assert not [query["sql"] for query in asked if not query["sql"].lstrip("( ").upper().startswith(reading)]


def test_it_costs_as_many_queries_at_2_leads_as_at_60(people: SimpleNamespace, root: Client) -> None:
    large_ones_go_outside(people)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert root.get(ADDRESS, {"leads": 100}).context["moved"]
        return len(asked)

    came(people, 2, company_size=2000)
    queries()  # what a process remembers of sources and stages, it remembers from now on
    few = queries()
    came(people, 58, company_size=2000)
    assert queries() == few
    assert few <= 50


# --- who sees what --------------------------------------------------------------------------------


def test_a_manager_replays_the_leads_of_their_teams_and_reads_nobody_elses_name(
    people: SimpleNamespace, dana: Client
) -> None:
    came(people, 2, company_size=2000)
    lead_of(people.omar, team=people.outside, first_name="Theirs", company_size=2000)
    large_ones_go_outside(people)
    page = dana.get(ADDRESS, {"leads": 100})
    assert len(page.context["past"]) == 2
    assert figures(page, "by_place")["Somebody of Outside"] == (0, 2, "+2")
    told = page.content.decode()
    assert "Theirs" not in told
    assert "Omar" not in told
    sheet = b"".join(dana.get(ADDRESS, {"leads": 100, "format": "csv"}).streaming_content).decode()  # type: ignore[attr-defined]
    assert "Omar" not in sheet


def test_a_team_that_one_does_not_manage_cannot_be_asked_for(people: SimpleNamespace, dana: Client) -> None:
    came(people, 1)
    page = dana.get(ADDRESS, {"leads": 100, "team": people.outside.pk})
    assert "past" not in page.context
    assert "Select a valid choice" in page.content.decode()
    assert len(dana.get(ADDRESS, {"leads": 100, "team": people.inside.pk}).context["past"]) == 1


def test_who_may_not_look_at_leads_replays_none(people: SimpleNamespace, client: Client) -> None:
    nora = person("nora", is_staff=True)
    nora.groups.add(Group.objects.get(name="analyst"))
    client.force_login(nora)
    assert client.get(ADDRESS).status_code == 403


# --- what it assumes ------------------------------------------------------------------------------


def ends(count: int = 100) -> list[End]:
    document, findings = check_draft()
    assert document is not None, findings
    return replay(last_leads(Lead.objects.all(), count), document, everybody_on(document))


def test_every_switch_counts_as_on(people: SimpleNamespace) -> None:
    for rep in (people.laura, people.daniel):
        set_accepting(rep, False, at=MONDAY_MORNING)
    came(people, 3)
    assert {end.rep for end in ends()} == {"laura", "daniel", "emma"}


def test_a_lead_takes_up_room_until_it_was_really_closed(people: SimpleNamespace) -> None:
    Membership.objects.exclude(rep=people.laura).filter(team=people.inside).delete()
    Rep.objects.filter(pk=people.laura.pk).update(cap_open=1)
    came(people, 1, won_at=MONDAY_MORNING + timedelta(minutes=2), is_open=False)
    came(people, 3)
    assert [end.rep for end in ends()] == ["laura", "laura", "", ""]


def test_the_second_lead_of_a_person_returns_to_whoever_would_have_had_the_first(people: SimpleNamespace) -> None:
    one = {"email": "sam@clinic.example", "is_open": False, "team": people.inside, "lost_at": MONDAY_MORNING}
    lead(**one, status="disqualified")
    came(people, 1)
    lead(**one, status="disqualified", captured_at=MONDAY_MORNING + timedelta(minutes=5))
    first, _, last = ends()
    assert (last.rule, last.rep) == ("returning", first.rep)


def test_a_lead_comes_new_whatever_stage_it_has_now(people: SimpleNamespace) -> None:
    Rule.objects.create(
        slug="new", name="New", to_team=people.outside, when={"all": [{"field": "stage", "op": "is", "value": "new"}]}
    )
    came(people, 1, stage="contacted")
    assert [end.rule for end in ends()] == ["new"]


def test_before_anything_is_published_all_of_them_wait(db: None, client: Client) -> None:
    people = cast()
    Rule.objects.create(slug="rest", name="The rest", to_team=people.inside)
    came(people, 1)
    client.force_login(person("root", is_staff=True, is_superuser=True))
    page = client.get(reverse("admin:plan_replay"), {"leads": 100})
    assert figures(page, "by_rule") == {"The rest": (0, 1, "+1"), "No rule": (1, 0, "−1")}


def test_a_draft_with_errors_is_to_be_mended_first(people: SimpleNamespace, root: Client) -> None:
    came(people, 1)
    Rule.objects.all().update(when=LARGE)
    assert "Mend this first" in root.get(ADDRESS, {"leads": 100}).content.decode()


def test_without_leads_the_page_says_what_will_be_there(people: SimpleNamespace, root: Client) -> None:
    assert "No leads yet." in root.get(ADDRESS, {"leads": 100}).content.decode()
