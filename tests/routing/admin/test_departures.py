"""Deactivating reps in the admin: asked about their leads, done, reported; and taken back."""

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from routing import roster
from routing.departures import deactivate
from routing.models import AlertSettings, AlertState, Departure, Lead, PeopleChange, Rep, Session
from tests.access.conftest import in_role
from tests.cast import cast, lead_of, rep

from .filled import filled

pytestmark = pytest.mark.django_db

LEAVE = "/admin/routing/rep/leave/"
LIST = "/admin/routing/rep/"


@pytest.fixture
def people() -> SimpleNamespace:
    roster.forget()
    return cast()


@pytest.fixture
def dana(client, people):
    people.dana.groups.add(people.dana.groups.model.objects.get(name="manager"))
    client.force_login(people.dana)
    return people.dana


def test_a_rep_is_asked_about_before_they_are_deactivated(client, dana, people):
    lead_of(people.laura, team=people.inside)
    page = client.get(f"/admin/routing/rep/{people.laura.pk}/change/").content.decode()
    assert f"{LEAVE}?rep={people.laura.pk}" in page
    assert 'name="active"' not in page
    asked = client.get(LEAVE, {"rep": people.laura.pk})
    assert asked.context["reps"] == [(people.laura, 1)]
    assert Rep.objects.get(pk=people.laura.pk).active


def test_their_leads_go_where_she_says_and_she_reads_what_became_of_them(client, dana, people):
    client_of_laura = type(client)()
    client_of_laura.force_login(people.laura.user)
    mine = [lead_of(people.laura, team=people.inside) for _ in range(3)]
    sent = {"rep": people.laura.pk, "what": "give", "to_rep": people.emma.pk, "end_sessions": "on"}
    page = client.post(LEAVE, sent, follow=True)
    assert not Rep.objects.get(pk=people.laura.pk).active
    assert set(Lead.objects.filter(pk__in=[lead.pk for lead in mine]).values_list("owner", flat=True)) == {
        people.emma.pk
    }
    (report,) = page.context["reports"]
    assert (report.done, report.refused, report.total) == (3, 0, 3)
    assert Departure.objects.get().by == dana
    assert PeopleChange.objects.get(kind="active").by == dana
    assert not Session.objects.filter(user=people.laura.user).exists()


def test_several_leave_at_once_by_the_lists_action(client, dana, people):
    for one in (people.laura, people.daniel):
        lead_of(one, team=people.inside)
    chosen = {"action": "deactivate", "_selected_action": [people.laura.pk, people.daniel.pk]}
    asked = client.post(LIST, chosen)
    assert {rep for rep, _ in asked.context["reps"]} == {people.laura, people.daniel}
    assert list(asked.context["form"].fields["to_rep"].queryset) == [people.emma], "not to one who leaves"
    client.post(LEAVE, {"rep": [people.laura.pk, people.daniel.pk], "what": "spread", "to_team": people.inside.pk})
    assert set(Lead.objects.values_list("owner__username", flat=True)) == {"emma"}
    assert set(Rep.objects.filter(active=True).values_list("username", flat=True)) == {"emma", "omar"}


@pytest.mark.parametrize("sent", [{"what": "give"}, {"what": "spread"}, {"what": "burn"}, {"what": ""}])
def test_an_answer_that_says_too_little_does_nothing(client, dana, people, sent):
    lead_of(people.laura, team=people.inside)
    assert client.post(LEAVE, {"rep": people.laura.pk, **sent}).status_code == 200
    assert Rep.objects.get(pk=people.laura.pk).active
    assert not Departure.objects.exists()


def test_refused_leads_are_named_and_stay(client, dana, people):
    Rep.objects.filter(pk=people.emma.pk).update(cap_open=0)
    people.emma.refresh_from_db()
    people.emma.save()
    lead_of(people.laura, team=people.inside, first_name="Stays")
    page = client.post(LEAVE, {"rep": people.laura.pk, "what": "give", "to_rep": people.emma.pk}, follow=True)
    assert "has reached a cap" in page.content.decode()
    assert Lead.objects.get().owner == people.laura


def test_others_reps_are_not_hers_to_deactivate(client, dana, people):
    client.post(LEAVE, {"rep": people.omar.pk, "what": "keep"})
    assert Rep.objects.get(pk=people.omar.pk).active
    deactivate([people.omar], what="keep", at=now(), by=None)
    assert client.get("/admin/routing/rep/left/").context["reports"] == []
    client.post("/admin/routing/rep/back/", {"rep": people.omar.pk})
    assert not Rep.objects.get(pk=people.omar.pk).active


def test_nor_are_leads_given_to_others_reps(client, dana, people):
    sent = {"rep": people.laura.pk, "what": "give", "to_rep": people.omar.pk}
    assert "to_rep" in client.post(LEAVE, sent).context["form"].errors
    assert Rep.objects.get(pk=people.laura.pk).active


def test_whoever_left_is_taken_back(client, dana, people):
    client.post(LEAVE, {"rep": [people.laura.pk, people.emma.pk], "what": "keep"})
    client.post("/admin/routing/rep/back/", {"rep": people.laura.pk})
    assert Rep.objects.get(pk=people.laura.pk).active
    client.post(f"{LIST}?left=yes", {"action": "reactivate", "_selected_action": [people.emma.pk]})
    assert Rep.objects.filter(active=True).count() == 4
    assert PeopleChange.objects.filter(kind="active", by=dana).count() == 4


def test_nobody_is_taken_back_by_a_link(client, dana, people):
    client.post(LEAVE, {"rep": people.laura.pk, "what": "keep"})
    client.get("/admin/routing/rep/back/", {"rep": people.laura.pk})
    assert not Rep.objects.get(pk=people.laura.pk).active


def test_an_analyst_deactivates_nobody(client, people):
    client.force_login(in_role("nora", "analyst", is_staff=True))
    assert client.post(LEAVE, {"rep": people.laura.pk, "what": "keep"}).status_code == 403
    assert Rep.objects.get(pk=people.laura.pk).active


def test_a_switch_that_a_manager_turns_is_no_pause(client, dana, people):
    Rep.objects.filter(pk=people.laura.pk).update(accepting=False, paused_until=now())
    address = f"/admin/routing/rep/{people.laura.pk}/change/"
    sent = filled(client, address, "rep_form") | {"accepting": "on"}
    assert client.post(address, sent).status_code == 302
    assert Rep.objects.filter(pk=people.laura.pk, accepting=True, paused_until=None).exists()


def test_the_report_costs_the_same_however_many_left(client, dana, people):
    def cost() -> int:
        client.get("/admin/routing/rep/left/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/routing/rep/left/").status_code == 200
        return len(queries)

    def more(count: int, start: int) -> None:
        for number in range(start, start + count):
            mate = rep(f"mate{number}", f"Mate {number}")
            people.inside.memberships.create(rep=mate, position=number + 10)
            (departure,) = deactivate([mate], what="give", to_rep=people.emma, at=now(), by=dana)
            departure.moved.create(lead=lead_of(people.emma), at=now(), done=False, words="No.")

    more(2, 0)
    few = cost()
    more(16, 2)
    assert cost() == few


# --- alerts ---------------------------------------------------------------------------------------


def test_she_sets_what_she_is_alerted_about(client, dana, people):
    address = f"/admin/routing/team/{people.inside.pk}/change/"
    sent = filled(client, address, "team_form") | {"alert_settings-0-waiting_minutes": "10"}
    del sent["alert_settings-0-breaches"]
    assert client.post(address, sent).status_code == 302
    kept = AlertSettings.objects.get()
    assert (kept.team, kept.waiting_minutes, kept.waiting, kept.breaches) == (people.inside, 10, True, False)
    assert client.post(address, filled(client, address, "team_form")).status_code == 302
    assert AlertSettings.objects.get().waiting_minutes == 10


def test_what_is_wrong_stands_on_her_dashboard_and_others_teams_do_not(client, dana, people):
    for team in (people.inside, people.outside, None):
        AlertState.objects.create(team=team, kind="waiting", raised_at=now(), text=f"Waiting: {team}")
    AlertState.objects.create(team=people.inside, kind="unclaimed", text="It was over")
    alerts = client.get("/admin/").context["alerts"]
    assert [alert["text"] for alert in alerts] == ["Waiting: Inside"]
    assert client.get(alerts[0]["address"]).status_code == 200
    client.force_login(in_role("olga", "ops"))
    assert len(client.get("/admin/").context["alerts"]) == 3


@pytest.mark.parametrize("kind", ["waiting", "unclaimed", "nobody_on", "breaches"])
def test_each_alert_leads_somewhere(client, dana, people, kind):
    AlertState.objects.create(team=people.inside, kind=kind, raised_at=now(), text="Look")
    (alert,) = client.get("/admin/").context["alerts"]
    assert client.get(alert["address"]).status_code == 200
