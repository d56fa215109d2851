"""Pages of weekly mails: Dana makes one of her view; nobody else's is hers; readers end theirs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.mails.asking import kept
from reports.mails.links import path_of
from reports.mails.people import may_be_sent_to
from reports.models import Addressee, Subscription
from reps.models import Delivery
from tests.cast import person

LIST = "/reports/mails/"
NEW = "/reports/speed-to-lead/mail/"


def logged_in(user, **fields) -> Client:
    browser = Client(**fields)
    browser.force_login(user)
    return browser


def act(one: Subscription, what: str) -> str:
    return reverse("report-mail-act", args=[one.pk, what])


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        ("", "period=last-30-days"),
        ("period=last-7-days&since=2026-01-01&until=&page=3&group=rep&x=y", "period=last-7-days&group=rep"),
        ("since=2026-01-01&until=2026-02-01", "since=2026-01-01&until=2026-02-01&period=between"),
        ("sort=-leads&band=hot&period=today&team=", "period=today&band=hot&sort=-leads"),
    ],
)
def test_a_view_is_kept_as_it_was_asked(asked, query):
    assert kept(QueryDict(asked)) == query


def test_a_manager_has_the_view_she_sees_mailed_to_her_people(people):
    dana = logged_in(people.dana)
    page = dana.get("/reports/speed-to-lead/?period=last-7-days&group=source&page=1").content.decode()
    assert f'href="{NEW}?period=last-7-days&amp;group=source"' in page
    form = dana.get(f"{NEW}?period=last-7-days&group=source").content.decode()
    assert "Last 7 days, by source" in form
    sent = {"weekday": 0, "hour": 7, "to": [people.dana.pk, people.laura.user.pk], "with_file": "on"}
    listed = dana.post(f"{NEW}?period=last-7-days&group=source", sent, follow=True).content.decode()
    one = Subscription.objects.get()
    assert (one.report, one.query, one.weekday, one.hour) == ("speed-to-lead", "period=last-7-days&group=source", 0, 7)
    assert one.with_file
    assert one.addressees.filter(due_at__isnull=False).count() == 2
    assert "Every Monday at 07:00" in listed


def test_it_goes_to_nobody_whom_the_owner_may_not_see(people):
    dana = logged_in(people.dana)
    answer = dana.post(NEW, {"weekday": 0, "hour": 7, "to": [people.omar.user.pk]})
    assert answer.status_code == 422
    assert dana.post(NEW, {"weekday": 0, "hour": 7}).status_code == 422
    assert not Subscription.objects.exists()


def test_who_may_be_sent_what(people):
    ops = person("root2", is_superuser=True)
    person("nobody")  # no reports

    def names(user) -> set[str]:
        return set(may_be_sent_to(user).values_list("username", flat=True))

    assert names(people.dana) == {"dana", "laura", "daniel", "emma", "mia"}
    assert names(people.laura.user) == {"laura"}
    assert {"dana", "omar", "root2"} <= names(ops)
    assert "nobody" not in names(ops)


def test_it_is_changed_paused_and_deleted_by_its_owner_alone(people, weekly):
    one = weekly(people.dana, people.laura.user)
    dana, omar, laura = (logged_in(user) for user in (people.dana, people.omar.user, people.laura.user))
    for stranger in (omar, laura):
        assert stranger.get(reverse("report-mail", args=[one.pk])).status_code == 404
        for what in ("pause", "go-on", "now", "delete"):
            assert stranger.post(act(one, what)).status_code == 404
    dana.post(reverse("report-mail", args=[one.pk]), {"weekday": 2, "hour": 6, "to": [people.daniel.user.pk]})
    one.refresh_from_db()
    assert (one.weekday, one.hour, one.with_file) == (2, 6, False)
    assert [place.user for place in one.addressees.all()] == [people.daniel.user]
    dana.post(act(one, "pause"))
    assert "paused" in dana.get(LIST).content.decode()
    assert one.addressees.get().due_at is None
    dana.post(act(one, "go-on"))
    assert one.addressees.get().due_at is not None
    assert dana.post(act(one, "nonsense")).status_code == 404
    dana.post(act(one, "delete"))
    assert not Subscription.objects.exists()


def test_send_me_one_now(people, weekly, redis_away):
    one = weekly(people.laura.user)
    answer = logged_in(people.dana).post(act(one, "now"), follow=True).content.decode()
    assert "on its way to dana@acme.example" in answer
    assert Delivery.objects.get().notification.user == people.dana


def test_a_reader_sees_what_others_send_them_and_ends_it(people, weekly):
    one = weekly(people.dana, people.laura.user)
    laura, omar = logged_in(people.laura.user), logged_in(people.omar.user)
    assert "Sent to you by others" in laura.get(LIST).content.decode()
    assert "Sent to you by others" not in omar.get(LIST).content.decode()
    assert omar.post(act(one, "end")).status_code == 404
    laura.post(act(one, "end"))
    assert Addressee.objects.get(user=people.laura.user).due_at is None
    assert "(ended it)" in logged_in(people.dana).get(LIST).content.decode()


def test_the_link_in_the_mail_ends_it_without_a_log_in(people, weekly):
    weekly(people.dana, people.laura.user)
    place = Addressee.objects.get(user=people.laura.user)
    link, stranger = path_of(place), Client(enforce_csrf_checks=True)
    assert "End this weekly mail?" in stranger.get(link).content.decode()
    place.refresh_from_db()
    assert place.ended_at is None  # looking ends nothing
    assert "Ended" in stranger.post(link, {"List-Unsubscribe": "One-Click"}).content.decode()
    place.refresh_from_db()
    assert place.ended_at is not None
    assert place.due_at is None
    assert stranger.post(link).status_code == 200  # twice is once
    assert Addressee.objects.get(user=people.dana).ended_at is None


def test_a_forged_or_old_link_ends_nothing(people, weekly):
    one = weekly(people.dana)
    link = path_of(Addressee.objects.get())
    assert Client().post(link[:-3] + "x/").status_code == 404
    one.delete()
    assert Client().get(link).status_code == 404


def test_who_ended_it_gets_it_again_only_when_chosen_anew(people, weekly):
    one = weekly(people.dana, people.laura.user)
    logged_in(people.laura.user).post(act(one, "end"))
    dana = logged_in(people.dana)
    page = dana.get(reverse("report-mail", args=[one.pk])).content.decode()
    assert page.count(" checked") == 1
    dana.post(reverse("report-mail", args=[one.pk]), {"weekday": 0, "hour": 6, "to": [people.dana.pk]})
    assert [place.user for place in one.addressees.all()] == [people.dana]


def test_its_queries_do_not_grow(people, weekly):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert logged_in(people.dana).get(LIST).status_code == 200
        return len(asked)

    weekly(people.dana)
    weekly(people.dana)
    few = queries()
    readers = [person(f"reader{number}", is_superuser=True) for number in range(20)]
    for _ in range(20):
        weekly(*readers)
    assert queries() == few
