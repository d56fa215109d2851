"""The manager's pages about the work: each shows what is theirs to see, at a cost that does not grow."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps import planning
from reps.models import RecyclePolicy, StrayMail
from routing.models import User
from tests.cast import lead_of, person

STEPS = "/admin/reps/nextstep/"
POLICIES = "/admin/reps/recyclepolicy/"
MAILS = "/admin/reps/straymail/"


@pytest.fixture
def danas(people: SimpleNamespace) -> Client:
    """A browser in which Dana has logged in, who manages Inside."""
    people.dana.groups.add(Group.objects.get(name="manager"))
    client = Client()
    client.force_login(User.objects.get(pk=people.dana.pk))
    return client


def planned(rep, team, *, overdue=timedelta(days=2), what="call", **facts):
    at = now()
    found = lead_of(rep, team=team, assigned_at=at - timedelta(days=20), **facts)
    planning.plan_next(lead_id=found.pk, at=at - timedelta(days=9), due_at=at - overdue, what=what, by=rep.user)
    return found


def test_a_manager_sees_what_is_overdue_in_their_teams_and_nothing_of_others(people, danas):
    late = planned(people.laura, people.inside, what="ring them", first_name="Priya")
    planned(people.laura, people.inside, what="in time", overdue=timedelta(hours=2))
    planned(people.laura, people.inside, what="to come", overdue=-timedelta(hours=2))
    planned(people.omar, people.outside, what="not theirs")
    page = danas.get(STEPS).content.decode()
    assert "ring them" in page
    assert "2 d overdue" in page
    assert reverse("admin:routing_lead_change", args=[late.pk]) in page
    for hidden in ("in time", "to come", "not theirs", "Omar"):
        assert hidden not in page
    due = danas.get(STEPS + "?stands=due").content.decode()
    assert "in time" in due
    assert "to come" not in due
    assert "to come" in danas.get(STEPS + "?stands=open").content.decode()


def test_overdue_ones_are_filtered_by_team_and_rep(people, danas):
    planned(people.laura, people.inside, what="Lauras")
    planned(people.daniel, people.inside, what="Daniels")
    for choice in (f"?assignment__rep__id__exact={people.daniel.pk}", f"?lead__team__id__exact={people.inside.pk}"):
        page = danas.get(STEPS + choice).content.decode()
        assert "Daniels" in page
    assert "Lauras" not in danas.get(f"{STEPS}?assignment__rep__id__exact={people.daniel.pk}").content.decode()


def test_what_a_policy_would_do_is_shown_before_it_is_switched_on(people, danas):
    for place in range(3):
        lead_of(people.laura, team=people.inside, assigned_at=now() - timedelta(days=20), first_name=f"Lying{place}")
    lead_of(people.omar, team=people.outside, assigned_at=now() - timedelta(days=20), first_name="Omars")
    sent = {"team": people.inside.pk, "untouched_days": 14, "most_cycles": 3, "at_most": 2, "lost_days": ""}
    danas.post(reverse("admin:reps_recyclepolicy_add"), sent)
    policy = RecyclePolicy.objects.get()
    assert (policy.active, policy.untouched_days, policy.lost_reasons) == (False, 14, [])
    page = danas.get(reverse("admin:recycling_preview", args=[policy.pk])).content.decode()
    assert "it would recycle 3 leads" in page
    assert "at most 2 an hour" in page
    assert "Lying2" in page
    rest = RecyclePolicy.objects.create(untouched_days=14)
    page = danas.get(reverse("admin:recycling_preview", args=[rest.pk])).content.decode()
    assert "Omars" not in page
    assert "it would recycle 0 leads" in page


def test_a_manager_makes_no_policy_for_other_teams(people, danas):
    sent = {"untouched_days": 14, "most_cycles": 3, "at_most": 2}
    for team in ("", people.outside.pk):
        assert danas.post(reverse("admin:reps_recyclepolicy_add"), sent | {"team": team}).status_code == 200
    assert not RecyclePolicy.objects.exists()
    rest = RecyclePolicy.objects.create(untouched_days=14)
    theirs = RecyclePolicy.objects.create(team=people.outside, untouched_days=14)
    assert danas.post(reverse("admin:reps_recyclepolicy_change", args=[rest.pk]), sent).status_code == 403
    assert danas.get(reverse("admin:recycling_preview", args=[theirs.pk])).status_code == 404


def fill(people, rows):
    for place in range(rows):
        planned(people.laura, people.inside, first_name=f"P{place}")
        StrayMail.objects.create(rep=people.laura, reason="r", key=f"{StrayMail.objects.count()}", raw=b"x")


@pytest.mark.parametrize("page", [STEPS, MAILS, "preview"])
def test_a_list_costs_the_same_at_2_and_at_20_rows(people, danas, page):
    policy = RecyclePolicy.objects.create(team=people.inside, untouched_days=1)
    path = reverse("admin:recycling_preview", args=[policy.pk]) if page == "preview" else page

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert danas.get(path).status_code == 200
        return len(captured)

    fill(people, 2)
    few = cost()
    fill(people, 18)
    assert cost() == few


def test_a_list_of_policies_costs_the_same_however_many(people):
    root = person("root", is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(root)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(POLICIES).status_code == 200
        return len(captured)

    RecyclePolicy.objects.create(untouched_days=1)
    few = cost()
    RecyclePolicy.objects.create(team=people.inside, untouched_days=1)
    RecyclePolicy.objects.create(team=people.outside, untouched_days=1)
    assert cost() == few
