"""The bell, the list behind it, and the page on which people choose."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps.models import Notification, Preference
from tests.cast import lead_in_pool, lead_of
from tests.reps.notify.conftest import texts

HTMX = {"HX-Request": "true"}


@pytest.fixture
def hers(people, told):
    """So many leads of Laura's, each told to her."""

    def became(count=1, **fields):
        for _ in range(count):
            made = lead_of(people.laura, team=people.inside, **fields)
            told("lead.assigned", lead_id=made.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
        return list(Notification.objects.filter(user=people.laura.user).order_by("pk"))

    return became


def dana_in(people):
    client = Client()
    client.force_login(people.dana)
    return client


def poll(browser):
    """The address at which the bell of a page asks whether there is more."""
    return re.search(r'hx-get="(/notifications/bell/[^"]*)"', browser.get("/notifications/").content.decode())[1]


def test_the_bell_counts_what_is_unread_on_every_page_of_the_desk(desk_of, people, hers):
    hers(3)
    browser = desk_of(people.laura)
    for path in ("/", "/claims/", "/pool/", "/my-numbers/", "/notifications/", "/notifications/settings/"):
        assert "Notifications, 3 unread" in browser.get(path).content.decode(), path
    assert "unread" not in desk_of(people.daniel).get("/").content.decode()


def test_a_poll_is_answered_with_silence_until_there_is_more(desk_of, people, hers):
    hers()
    browser = desk_of(people.laura)
    address = poll(browser)
    assert browser.get(address, headers=HTMX).status_code == 204
    hers()
    answer = browser.get(address, headers=HTMX)
    assert "Notifications, 2 unread" in answer.content.decode()


def test_a_poll_costs_a_handful_of_queries_however_much_there_is(desk_of, people, hers):
    browser = desk_of(people.laura)
    hers(2)
    address = poll(browser)

    def cost(address):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address, headers=HTMX).status_code == 204
        return len(captured)

    few = cost(address)
    hers(18)
    assert cost(poll(browser)) == few <= 4


def test_more_than_the_bell_can_count_is_said_so(desk_of, people, at):
    Notification.objects.bulk_create(
        [Notification(user=people.laura.user, kind="lead.assigned", at=at) for _ in range(120)]
    )
    assert "Notifications, 99+ unread" in desk_of(people.laura).get("/").content.decode()


def test_the_list_shows_what_was_told_newest_first_a_page_at_a_time(desk_of, people, hers):
    for number in range(30):
        hers(first_name=f"Person{number:02}")
    page = desk_of(people.laura).get("/notifications/").content.decode()
    assert re.findall(r"<bdi>(Person\d\d)", page) == [f"Person{number:02}" for number in range(29, 4, -1)]
    assert "Person04" in desk_of(people.laura).get("/notifications/?page=2").content.decode()


def test_the_list_costs_the_same_at_2_and_at_20_rows(desk_of, people, hers):
    browser = desk_of(people.laura)

    def cost():
        with CaptureQueriesContext(connection) as captured:
            browser.get("/notifications/")
        return len(captured)

    hers(2)
    few = cost()
    hers(18)
    assert cost() == few <= 20


def test_the_list_renews_itself_and_is_silent_while_nothing_changed(desk_of, people, hers):
    hers()
    browser = desk_of(people.laura)
    address = re.search(r'hx-get="(/notifications/\?seen=[^"]*)"', browser.get("/notifications/").content.decode())[1]
    address = address.replace("&amp;", "&")
    assert browser.get(address, headers=HTMX).status_code == 204
    hers()
    assert browser.get(address, headers=HTMX).status_code == 200


def test_to_open_one_is_to_have_read_it(desk_of, people, hers):
    one, other = hers(2)
    answer = desk_of(people.laura).get(reverse("notification", args=[one.pk]))
    assert answer.url == reverse("lead", args=[one.event.lead_id])
    one.refresh_from_db(), other.refresh_from_db()
    assert one.read_at is not None and other.read_at is None


def test_nobody_opens_what_somebody_else_was_told(desk_of, people, hers):
    (one,) = hers()
    for rep in (people.daniel, people.omar):
        assert desk_of(rep).get(reverse("notification", args=[one.pk])).status_code == 404
        desk_of(rep).post("/notifications/read/", {"up_to": one.pk})
    one.refresh_from_db()
    assert one.read_at is None


def test_mark_all_read_means_all_that_was_on_the_page(desk_of, people, hers):
    browser = desk_of(people.laura)
    hers(2)
    up_to = re.search(r'name="up_to" value="(\d+)"', browser.get("/notifications/").content.decode())[1]
    hers(1)
    assert browser.post("/notifications/read/", {"up_to": up_to}).url == "/notifications/"
    assert Notification.objects.filter(read_at=None).count() == 1
    for odd in ("", "x", "²", "9" * 30, "-1"):
        assert browser.post("/notifications/read/", {"up_to": odd}).status_code == 302
    assert Notification.objects.filter(read_at=None).count() == 1


def test_the_browser_is_given_what_is_fresh_and_meant_for_it(desk_of, people, hers, at, told):
    hers(first_name="Priya")
    told("lead.repeated", lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)  # not for the browser
    page = desk_of(people.laura).get("/").content.decode()
    assert re.findall(r'data-text="([^"]*)"', page) == ["Priya is yours."]
    Notification.objects.update(at=at - timedelta(minutes=10))
    assert "data-fresh" not in desk_of(people.laura).get("/").content.decode()


def test_a_lead_that_is_no_longer_theirs_to_see_has_no_name_and_no_link(desk_of, people, hers):
    (one,) = hers(first_name="Zephyrine")
    assert "Zephyrine is yours." in texts(people.laura)
    type(one.event.lead).objects.filter(pk=one.event.lead_id).update(owner=people.omar, team=people.outside)
    assert texts(people.laura) == ["A lead from Web is yours."]
    answer = desk_of(people.laura).get(reverse("notification", args=[one.pk]))
    assert answer.url == "/"


def test_a_lead_that_was_erased_takes_what_was_told_of_it_along(people, hers):
    (one,) = hers()
    one.event.lead.assignments.all().delete()
    one.event.lead.delete()
    assert Notification.objects.count() == 0


def test_a_manager_has_a_bell_in_the_admin_and_a_list(people, told):
    people.dana.is_staff = True
    people.dana.save()
    lying = lead_in_pool(people.inside, first_name="Priya")
    told("sla.escalate", lead_id=lying.pk, team_id=people.inside.pk)
    browser = dana_in(people)
    assert "Notifications, 1 unread" in browser.get("/admin/").content.decode()
    assert "Priya still waits for an answer." in browser.get("/notifications/").content.decode()


# --- choosing -----------------------------------------------------------------------------------


def test_the_page_asks_each_about_what_may_concern_them(desk_of, people):
    hers = desk_of(people.laura).get("/notifications/settings/").content.decode()
    danas = dana_in(people).get("/notifications/settings/").content.decode()
    assert "A new lead is mine" in hers and "A lead is escalated to me" not in hers
    assert "A lead is escalated to me" in danas and "A new lead is mine" not in danas


def test_what_is_chosen_is_kept_and_shown(desk_of, people):
    browser = desk_of(people.laura)
    filled = {"lead.assigned": ["page"], "quiet_from": "22:00", "quiet_until": "07:00", "digest_hour": "8"}
    assert browser.post("/notifications/settings/", filled).status_code == 302
    own = Preference.objects.get(user=people.laura.user)
    assert own.chosen["lead.assigned"] == ["page"]
    assert own.chosen["lead.pooled"] == [], "no box was ticked"
    assert (own.quiet_from.hour, own.quiet_until.hour, own.urgent_passes, own.digest_hour) == (22, 7, False, 8)
    assert own.digest_due_at > now()
    page = browser.get("/notifications/settings/").content.decode()
    assert 'name="quiet_from" value="22:00"' in page
    assert '<option value="8" selected>' in page
    assert re.search(r'name="lead.assigned" value="page"[^>]*checked', page)
    assert not re.search(r'name="lead.assigned" value="email"[^>]*checked', page)


@pytest.mark.parametrize(
    "filled",
    [{"quiet_from": "22:00"}, {"quiet_until": "7"}, {"digest_hour": "25"}, {"lead.assigned": ["pigeon"]}],
)
def test_what_cannot_be_is_refused_in_words(desk_of, people, filled):
    answer = desk_of(people.laura).post("/notifications/settings/", filled)
    assert answer.status_code == 422
    assert b'role="alert"' in answer.content
    assert not Preference.objects.exists()
