"""Teams and calendars are archived, never deleted, and only once nothing uses them."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from routing.models import Calendar, Lead, Membership, PeopleChange, Rep, Rule, Team, Territory, User
from routing.plan.archiving import InUse, archive_calendar, archive_team, bring_back
from routing.plan.publish import publish
from tests.cast import MONDAY_MORNING, cast, lead, lead_in_pool, lead_of, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> SimpleNamespace:
    """The cast, with Inside and Outside out of every plan. Dana manages Inside."""
    people = cast()
    people.dana.groups.add(Group.objects.get(name="manager"))
    return people


@pytest.fixture
def root(people: SimpleNamespace, client: Client) -> Client:
    client.force_login(person("root", is_staff=True, is_superuser=True))
    return client


def act(client: Client, row: Any, action: str, **query: str) -> str:
    """The answer to what is done with one row of its list."""
    address = reverse(f"admin:routing_{row._meta.model_name}_changelist", query=query or None)
    return client.post(address, {"action": action, "_selected_action": row.pk}, follow=True).content.decode()


def is_archived(row: Any) -> bool:
    row.refresh_from_db()
    return row.archived_at is not None


def reasons(row: Team | Calendar) -> list[str]:
    with pytest.raises(InUse) as error:
        (archive_team if isinstance(row, Team) else archive_calendar)(row, at=now())
    assert not is_archived(row)
    return [use.words for use in error.value.uses]


# --- teams ----------------------------------------------------------------------------------------


def test_a_team_that_nothing_uses_is_archived_hidden_found_by_the_filter_and_brought_back(
    people: SimpleNamespace, root: Client
) -> None:
    assert "Outside is archived" in act(root, people.outside, "archive")
    assert is_archived(people.outside)
    teams = reverse("admin:routing_team_changelist")
    assert list(root.get(teams).context["cl"].queryset) == [people.inside]
    assert list(root.get(teams, {"archived": "yes"}).context["cl"].queryset) == [people.outside]
    assert "Outside is back" in act(root, people.outside, "bring_back", archived="yes")
    assert not is_archived(people.outside)
    assert [change.kind for change in PeopleChange.objects.filter(team=people.outside)].count("team") == 2


def test_a_team_that_the_draft_or_the_plan_in_force_names_stays(people: SimpleNamespace) -> None:
    rest = Rule.objects.create(slug="rest", name="The rest", to_team=people.inside, position=9)
    publish(at=MONDAY_MORNING)
    other = Rule.objects.create(
        slug="other", name="Other", to_team=people.outside, when_nobody="team", when_nobody_team=people.inside
    )
    Territory.objects.create(slug="texas", name="Texas", team=people.inside)
    assert reasons(people.inside) == [
        "the rule “Other” of the draft names it",
        "the rule “The rest” of the draft names it",
        "the territory Texas of the draft belongs to it",
        "version 1, which is in force, names it",
    ]
    Rule.objects.filter(pk__in=[rest.pk, other.pk]).update(archived_at=MONDAY_MORNING)
    Territory.objects.all().update(archived_at=MONDAY_MORNING)
    assert reasons(people.inside) == ["version 1, which is in force, names it"]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda people: lead(team=people.inside, status="waiting"), "1 lead waiting"),
        (lambda people: lead_in_pool(people.inside, "pick"), "1 lead in its pool"),
        (lambda people: [lead_of(people.laura, team=people.inside) for _ in range(2)], "2 leads in hand"),
    ],
    ids=["waiting", "pooled", "open"],
)
def test_a_team_with_open_leads_stays(people: SimpleNamespace, made: Any, words: str) -> None:
    made(people)
    assert reasons(people.inside) == [words]
    Lead.objects.all().update(is_open=False)
    archive_team(people.inside, at=now())
    assert is_archived(people.inside)


def test_what_uses_a_team_is_linked(people: SimpleNamespace, root: Client) -> None:
    rule = Rule.objects.create(slug="rest", name="The rest", to_team=people.inside)
    lead_of(people.laura, team=people.inside)
    answer = act(root, people.inside, "archive")
    assert "Not archived: Inside is still used" in answer
    assert reverse("admin:routing_rule_change", args=[rule.pk]) in answer
    assert f"?team__id__exact={people.inside.pk}&amp;status__exact=assigned" in answer


def test_an_archived_team_is_offered_nowhere(people: SimpleNamespace, root: Client) -> None:
    archive_team(people.outside, at=now())
    asked = {"app_label": "routing", "model_name": "membership", "field_name": "team"}
    found = root.get(reverse("admin:autocomplete"), asked).json()["results"]
    assert [one["text"] for one in found] == ["Inside"]


def test_its_own_page_leads_to_the_archive_and_back(people: SimpleNamespace, root: Client) -> None:
    address = reverse("admin:routing_team_change", args=[people.outside.pk])
    assert ">Archive</button>" in root.get(address).content.decode()
    archive_team(people.outside, at=now())
    assert ">Bring back</button>" in root.get(address).content.decode()


def test_who_may_only_look_archives_nothing(people: SimpleNamespace, client: Client) -> None:
    nora = person("nora", is_staff=True)
    nora.groups.add(Group.objects.get(name="analyst"))
    client.force_login(nora)
    act(client, people.outside, "archive")
    assert not is_archived(people.outside)
    assert (
        "Archive</button>"
        not in client.get(reverse("admin:routing_team_change", args=[people.outside.pk])).content.decode()
    )


def test_a_manager_archives_no_team_but_their_own(people: SimpleNamespace, client: Client) -> None:
    client.force_login(User.objects.get(username="dana"))
    act(client, people.outside, "archive")
    assert not is_archived(people.outside)
    act(client, people.inside, "archive")
    assert is_archived(people.inside)


# --- calendars ------------------------------------------------------------------------------------


def test_a_calendar_that_somebody_uses_stays(people: SimpleNamespace) -> None:
    office = Calendar.objects.create(slug="office", name="Office")
    Rep.objects.filter(pk=people.laura.pk).update(calendar=office)
    Team.objects.filter(pk=people.inside.pk).update(calendar=office)
    at_night = {"all": [{"field": "captured_at", "op": "outside_hours", "value": "office"}]}
    Rule.objects.create(slug="night", name="At night", to_team=people.inside, when=at_night, position=1)
    Rule.objects.create(slug="rest", name="The rest", to_team=people.inside, position=9)
    publish(at=MONDAY_MORNING)
    assert reasons(office) == [
        "Laura Ortiz works by it",
        "the team Inside has it",
        "“At night” of the draft asks for its hours",
        "version 1, which is in force, asks for its hours",
    ]


def test_a_manager_is_told_of_other_teams_only_how_many_they_are(people: SimpleNamespace, client: Client) -> None:
    office = Calendar.objects.create(slug="office", name="Office")
    Rep.objects.filter(username__in=("laura", "omar")).update(calendar=office)
    client.force_login(User.objects.get(username="dana"))
    answer = act(client, office, "archive")
    assert "Laura Ortiz works by it" in answer
    assert "1 of other teams" in answer
    assert "Omar" not in answer


def test_a_calendar_that_nobody_uses_is_archived_and_brought_back_with_its_team(people: SimpleNamespace) -> None:
    office = Calendar.objects.create(slug="office")
    archive_calendar(office, at=now())
    assert is_archived(office)
    Team.objects.filter(pk=people.outside.pk).update(calendar=office, archived_at=now())
    people.outside.refresh_from_db()
    bring_back(people.outside, at=now())
    assert not is_archived(office)


# --- reps -----------------------------------------------------------------------------------------


def test_a_rep_to_whom_a_rule_goes_cannot_just_leave(people: SimpleNamespace, root: Client) -> None:
    rule = Rule.objects.create(slug="rest", name="The rest", to_rep=people.laura)
    sent = {"rep": people.laura.pk, "what": "keep"}
    answer = root.post("/admin/routing/rep/leave/", sent, follow=True).content.decode()
    assert "the rule “The rest” of the draft goes to them" in answer
    assert reverse("admin:routing_rule_change", args=[rule.pk]) in answer
    assert Rep.objects.get(pk=people.laura.pk).active
    rule.delete()
    root.post("/admin/routing/rep/leave/", sent)
    assert not Rep.objects.get(pk=people.laura.pk).active


def test_who_left_is_hidden_until_asked_for(people: SimpleNamespace, root: Client) -> None:
    Rep.objects.filter(pk=people.emma.pk).update(active=False)
    reps = reverse("admin:routing_rep_changelist")
    assert people.emma not in root.get(reps).context["cl"].queryset
    assert list(root.get(reps, {"left": "yes"}).context["cl"].queryset) == [people.emma]
    assert root.get(reps, {"left": "all"}).context["cl"].queryset.count() == 4


def test_archiving_costs_as_much_with_many_reps_as_with_few(people: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            archive_team(people.outside, at=now())
        bring_back(people.outside, at=now())
        return len(asked)

    few = queries()
    for number in range(20):
        rep = Rep.objects.create(username=f"rep{number}", name=f"Rep {number}")
        Membership.objects.create(team=people.outside, rep=rep)
    assert queries() == few
