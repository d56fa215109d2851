"""Leads in the manager's hands: found, handed out, routed again, exported; the inbox mended; the dashboard."""

import json
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from routing import assignment, export
from routing.assignment import NotThere
from routing.models import ApiToken, Assignment, Capture, Lead, Membership, Rep, Source, Team, User
from tests.cast import cast, lead, lead_in_pool, lead_of, rep, source

from .filled import filled

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> SimpleNamespace:
    return cast()


@pytest.fixture
def boss(client: Client, people: SimpleNamespace) -> User:
    """Somebody who may do everything has logged in."""
    boss = User.objects.create_superuser("boss", password="correct horse")
    client.force_login(boss)
    return boss


@pytest.fixture
def dana(client: Client, people: SimpleNamespace, django_user_model: Any) -> User:
    """Dana, who manages Inside and nothing else, has logged in."""
    people.dana.is_staff = True
    people.dana.save()
    from_codenames(people.dana, "view_lead", "change_lead")
    client.force_login(people.dana)
    return people.dana


def from_codenames(user: User, *names: str) -> None:
    permissions = user.user_permissions.model._default_manager.filter(codename__in=names)
    user.user_permissions.add(*permissions)


# --- handing out ----------------------------------------------------------------------------------


def test_many_leads_are_handed_out_at_once_and_each_is_answered_for(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    fresh, hers = lead(email="a@one.example"), lead_of(people.laura, team=people.inside, email="b@two.example")
    sent = {"lead": [fresh.pk, hers.pk], "rep": people.laura.pk, "override": ""}
    page = client.post(reverse("admin:lead_hand_out"), sent).content.decode()
    assert "1 of 2 done" in page
    assert "already" in page
    fresh.refresh_from_db()
    assert fresh.owner == people.laura
    assert fresh.assignments.get().by == boss


def test_a_cap_holds_unless_a_reason_is_given_and_the_reason_is_kept(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    people.laura.cap_open = 0
    people.laura.save()
    one = lead_in_pool(people.inside, "manual", email="a@one.example")
    sent = {"lead": one.pk, "rep": people.laura.pk, "override": ""}
    assert "has reached a cap" in client.post(reverse("admin:lead_hand_out"), sent).content.decode()
    assert not Assignment.objects.exists()
    client.post(reverse("admin:lead_hand_out"), sent | {"override": "She asked for it"})
    assert Assignment.objects.get().note == "She asked for it"


def test_a_manager_hands_out_the_leads_of_their_teams_and_no_others(
    client: Client, dana: User, people: SimpleNamespace
) -> None:
    ours = lead_in_pool(people.inside, "manual", email="a@one.example")
    theirs = lead_in_pool(people.outside, "manual", email="b@two.example")
    page = client.get(reverse("admin:lead_manual")).content.decode()
    assert f'name="lead" value="{ours.pk}"' in page
    assert f'name="lead" value="{theirs.pk}"' not in page
    client.post(reverse("admin:lead_hand_out"), {"lead": [ours.pk, theirs.pk], "rep": people.emma.pk, "override": ""})
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.owner, theirs.owner) == (people.emma, None)


def test_leads_are_chosen_in_the_list_and_asked_about_before_anything_happens(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    one = lead_of(people.laura, team=people.inside, email="a@one.example")
    for action, words in (("hand_out", "Reason for passing over a cap"), ("route_again", "the rules in force")):
        sent = {"action": action, "_selected_action": one.pk}
        assert words in client.post(reverse("admin:routing_lead_changelist"), sent).content.decode()
    one.refresh_from_db()
    assert one.owner == people.laura


# --- routing again --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["waiting", "pooled", "disqualified", "parked", "assigned"])
def test_a_lead_is_routed_again_from_wherever_it_is(people: SimpleNamespace, status: str) -> None:
    one = lead_of(people.laura, team=people.inside) if status == "assigned" else lead(status=status, error="broken")
    again = assignment.reroute(lead_id=one.pk, by=people.dana, at=now())
    assert (again.status, again.owner, again.error) == ("new", None, "")
    assert not Assignment.objects.filter(ended_at=None).exists()
    assert one.changes.get().by == people.dana


def test_a_closed_lead_and_one_about_to_be_routed_stay_as_they_are(people: SimpleNamespace) -> None:
    closed = lead_of(people.laura, team=people.inside)
    Lead.objects.filter(pk=closed.pk).update(is_open=False)
    for one in (closed, lead()):
        with pytest.raises(NotThere):
            assignment.reroute(lead_id=one.pk, by=people.dana, at=now())


# --- the list, and what leaves it -----------------------------------------------------------------


@pytest.mark.parametrize("typed", ["ada", "Lovelace", "ada@engines.example", "Engines", "engines.example"])
def test_a_lead_is_found_by_who_it_is(client: Client, boss: User, people: SimpleNamespace, typed: str) -> None:
    lead(first_name="Ada", last_name="Lovelace", email="ada@engines.example", company="Engines Ltd")
    lead(first_name="Bob", email="bob@other.example")
    page = client.get(reverse("admin:routing_lead_changelist"), {"q": typed}).content.decode()
    assert "Ada Lovelace" in page
    assert "Bob" not in page


def test_a_manager_sees_nothing_of_other_teams_leads(client: Client, dana: User, people: SimpleNamespace) -> None:
    lead_of(people.emma, team=people.inside, first_name="Ours")
    theirs = lead_of(people.omar, team=people.outside, first_name="Theirs")
    page = client.get(reverse("admin:routing_lead_changelist")).content.decode()
    assert "Ours" in page
    assert "Theirs" not in page
    assert client.get(reverse("admin:routing_lead_change", args=[theirs.pk])).status_code in (302, 404)


def test_an_export_opens_in_a_spreadsheet_without_running_anything(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    one = lead(company="=HYPERLINK(1)", first_name="+Ada", email="ada@one.example")
    sent = {"action": "export", "_selected_action": one.pk}
    answer = client.post(reverse("admin:routing_lead_changelist"), sent)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert "'=HYPERLINK(1)" in text
    assert "'+Ada" in text
    assert "ada@one.example" in text


@pytest.mark.parametrize(
    ("cell", "shown"), [("=1+1", "'=1+1"), ("@x", "'@x"), ("\tx", "'\tx"), ("a=b", "a=b"), (-5, "-5")]
)
def test_cells_that_would_run_are_shown_instead(cell: Any, shown: Any) -> None:
    assert export.cell(cell) == shown


def test_a_leads_page_says_who_had_it(client: Client, boss: User, people: SimpleNamespace) -> None:
    one = lead_of(people.laura, team=people.inside, first_name="Ada")
    page = client.get(reverse("admin:routing_lead_change", args=[one.pk])).content.decode()
    assert "Laura Ortiz of Inside got it, pushed" in page
    assert "This lead has not been routed yet." in page


# --- the inbox and the sources --------------------------------------------------------------------


def failed(body: str) -> Capture:
    return Capture.objects.create(
        source=source(), channel="api", body=body, status="failed", error={"body": ["The body is no JSON."]}
    )


def test_a_capture_that_failed_is_mended_and_becomes_a_lead(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    capture = failed('{"email": "ada@one.example", }')
    address = reverse("admin:routing_capture_change", args=[capture.pk])
    assert "The body is no JSON." in client.get(address).content.decode()
    client.post(address, {"body": '{"email": "ada@one.example"}'})
    capture.refresh_from_db()
    assert (capture.status, capture.error) == ("lead", None)
    assert Lead.objects.get().email_key == "ada@one.example"
    assert '{"email": "ada@one.example", }' in capture.notes[0], "how it came is kept"


def test_a_capture_that_still_says_nobody_stays_in_the_inbox(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    capture = failed("{}")
    address = reverse("admin:routing_capture_change", args=[capture.pk])
    page = client.post(address, {"body": '{"city": "Graz"}'}, follow=True).content.decode()
    assert "Still no lead" in page
    assert not Lead.objects.exists()


def test_a_capture_that_is_a_lead_is_not_replayed(client: Client, boss: User, people: SimpleNamespace) -> None:
    capture = failed("{}")
    Capture.objects.filter(pk=capture.pk).update(status="lead", lead=lead())
    address = reverse("admin:routing_capture_change", args=[capture.pk])
    client.post(address, {"body": '{"email": "x@y.example"}'})
    assert Lead.objects.count() == 1


def test_the_secret_of_a_token_is_on_one_page_once(client: Client, boss: User, people: SimpleNamespace) -> None:
    web = source()
    answer = client.post(reverse("admin:source_token", args=[web.pk]), {"name": "Website"})
    token = ApiToken.objects.get()
    assert token.source == web
    assert f"{token.prefix}_" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    again = client.get(reverse("admin:routing_source_change", args=[web.pk])).content.decode()
    assert f"{token.prefix}_" not in again
    assert token.prefix in again


def test_a_source_names_only_fields_that_there_are(client: Client, boss: User, people: SimpleNamespace) -> None:
    web = source()
    address = reverse("admin:routing_source_change", args=[web.pk])
    sent = {"name": "Web", "channel": "api", "active": "on", "mapping-rows": "yes", "defaults-rows": "yes"}
    row = {"mapping-0-incoming": "Firma", "mapping-0-field": "compny"}
    assert "did you mean" in client.post(address, sent | row).content.decode()
    client.post(address, sent | {**row, "mapping-0-field": "company"})
    web.refresh_from_db()
    assert web.mapping == {"Firma": "company"}


def test_the_questions_of_the_hosted_form_are_typed_as_rows(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    web = source()
    asked = [
        {"field": "email", "label": "Work e-mail", "required": True},
        {"field": "attributes.topic", "label": "Topic", "choices": ["Demo, please", "Price"]},
    ]
    Source.objects.filter(pk=web.pk).update(form_fields=asked, form_origins=["https://www.example.com"])
    address = reverse("admin:routing_source_change", args=[web.pk])
    sent = filled(client, address, "source_form")
    assert client.post(address, sent).status_code == 302
    web.refresh_from_db()
    assert (web.form_fields, web.form_origins) == (asked, ["https://www.example.com"])
    page = client.post(address, sent | {"form_fields-0-field": "shoe_size"}).content.decode()
    assert "shoe_size" in page
    web.refresh_from_db()
    assert web.form_fields == asked


# --- the dashboard --------------------------------------------------------------------------------


def test_the_dashboard_counts_what_needs_somebody(client: Client, boss: User, people: SimpleNamespace) -> None:
    lead(captured_at=now(), status="waiting", waiting_since=now() - timedelta(hours=3))
    lead_in_pool(people.inside, "claim", captured_at=now())
    lead_in_pool(people.inside, "manual", captured_at=now())
    lead(status="parked", captured_at=now())
    failed("{}")
    tiles = {tile.words: tile for tile in client.get(reverse("admin:index")).context["tiles"]}
    assert {words: tile.figure for words, tile in tiles.items()} == {
        "leads today": "4",
        "waiting": "1",
        "unclaimed in pools": "1",
        "to hand out": "1",
        "median response today": "–",
        "late to answer": "0",
        "parked with an error": "1",
        "failures in the inbox": "1",
    }
    assert tiles["waiting"].beside == "oldest 3 hours"
    for tile in tiles.values():
        assert client.get(tile.address).status_code == 200


def test_the_median_response_is_the_middle_one(client: Client, boss: User, people: SimpleNamespace) -> None:
    at = now()
    for minutes in (2, 4, 60):
        lead_of(people.laura, captured_at=at, first_touch_at=at + timedelta(minutes=minutes))
    tiles = {tile.words: tile for tile in client.get(reverse("admin:index")).context["tiles"]}
    assert tiles["median response today"].figure == "4 min"


def test_the_dashboard_says_who_is_on_and_who_is_next_and_why(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    Rep.objects.filter(pk=people.emma.pk).update(accepting=False)
    Rep.objects.filter(pk=people.daniel.pk).update(accepting=False, paused_until=now() + timedelta(minutes=30))
    people.laura.save()
    inside, outside = client.get(reverse("admin:index")).context["presences"]
    assert (inside.name, inside.on_count, inside.count) == ("Inside", 1, 3)
    assert [(one.name, one.when) for one in inside.on] == [("Laura Ortiz", "around the clock")]
    assert [(one.name, one.why) for one in inside.next] == [("Daniel Weiss", "switched off")]
    assert [(one.name, one.why) for one in inside.off] == [("Emma Novak", "switched off")]
    assert [one.name for one in outside.on] == ["Omar Haddad"]


def test_a_manager_sees_their_own_teams_alone(client: Client, dana: User, people: SimpleNamespace) -> None:
    lead_in_pool(people.outside, "claim", captured_at=now())
    page = client.get(reverse("admin:index"))
    assert page.context["tiles"][0].figure == "0"
    assert [team["name"] for team in page.context["shares"]] == ["Inside"]
    assert [team.name for team in page.context["presences"]] == ["Inside"]


def test_the_dashboard_and_its_lists_cost_the_same_whatever_there_is(
    client: Client, boss: User, people: SimpleNamespace
) -> None:
    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    pages = ["admin:index", "admin:routing_lead_changelist", "admin:lead_manual", "admin:routing_rep_changelist"]
    fill(people, 2, 0)
    few = {page: cost(reverse(page)) for page in pages}
    fill(people, 50, 2)
    assert {page: cost(reverse(page)) for page in pages} == few


def fill(people: SimpleNamespace, count: int, start: int) -> None:
    """More of everything."""
    web = Source.objects.get_or_create(slug="web", defaults={"name": "Web"})[0]
    for number in range(start, start + count):
        seller = rep(f"rep{number}", f"Rep {number}")
        Membership.objects.create(team=people.inside, rep=seller, position=number + 10)
        Team.objects.create(slug=f"team{number}", name=f"Team {number}")
        lead_of(seller, team=people.inside, email=f"{number}@owned.example", captured_at=now(), first_touch_at=now())
        lead_in_pool(people.inside, "manual", email=f"{number}@manual.example")
        Capture.objects.create(source=web, channel="api", body=json.dumps({}), status="failed")
    assert Rep.objects.count() > count
