"""People choose what they are told, how, and when not."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import now

from reps.desk import Desk
from reps.models import Delivery, Notification, Preference
from reps.notify import digest, dispatch
from reps.notify.choices import choose
from reps.notify.quiet import next_time, quiet_ends
from routing import outbox
from routing.models import Assignment, Calendar, Rep, User
from tests.cast import lead, lead_in_pool, lead_of
from tests.reps.notify.conftest import mails_to, texts

NEW = "lead.assigned"
BERLIN = ZoneInfo("Europe/Berlin")
DEFAULTS = {"quiet_from": None, "quiet_until": None, "urgent_passes": True, "digest_hour": None}


def wants(user, chosen=None, *, at=None, **times):
    return choose(user=user, at=at or now(), chosen=chosen or {}, **DEFAULTS | times)


@pytest.mark.parametrize(
    ("channels", "rows", "on_page", "in_browser", "mails"),
    [
        (["page", "browser", "email"], 1, True, True, 1),
        (["page"], 1, True, False, 0),
        (["browser"], 1, True, True, 0),
        (["email"], 1, False, False, 1),
        ([], 0, None, None, 0),
    ],
    ids=["all", "page", "browser", "mail", "nothing"],
)
def test_each_is_told_by_the_channels_they_chose(people, told, channels, rows, on_page, in_browser, mails):
    wants(people.laura.user, {NEW: channels})
    told(NEW, lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    found = list(Notification.objects.values_list("on_page", "in_browser"))
    assert found == [(on_page, in_browser)] * rows
    assert len(mails_to(people.laura)) == mails


def test_a_choice_is_for_one_kind_and_one_person(people, told):
    wants(people.laura.user, {NEW: []})
    told(NEW, lead_id=lead_of(people.daniel).pk, rep_id=people.daniel.pk)
    told("lead.repeated", lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    assert (len(texts(people.daniel)), len(texts(people.laura))) == (1, 1)


def test_what_is_as_usual_is_not_kept_so_that_it_follows_what_is_usual(people):
    assert wants(people.laura.user, {NEW: ["page", "browser", "email"], "lead.pooled": ["email"]}).chosen == {
        "lead.pooled": ["email"]
    }
    assert wants(people.laura.user, {"lead.repeated": []}).chosen == {"lead.pooled": ["email"], "lead.repeated": []}
    assert wants(people.laura.user, {"lead.pooled": ["page", "browser"]}).chosen == {"lead.repeated": []}


def test_without_an_address_there_is_no_mail(people, told):
    Rep.objects.filter(pk=people.laura.pk).update(email="")
    told(NEW, lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    assert (len(texts(people.laura)), mails_to(people.laura)) == (1, [])


def at_night(people, *, urgent_passes):
    """Three in the morning for Laura in Berlin, who sleeps from ten to seven."""
    User.objects.filter(pk=people.laura.user.pk).update(timezone="Europe/Berlin")
    wants(people.laura.user, quiet_from=time(22), quiet_until=time(7), urgent_passes=urgent_passes)
    return datetime.now(BERLIN).replace(hour=3, minute=0, second=0, microsecond=0) + timedelta(days=1)


def test_in_quiet_hours_mail_waits_for_their_end_and_the_bell_does_not(people):
    at = at_night(people, urgent_passes=False)
    outbox.tell(NEW, at=at, lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    dispatch.dispatch(at)
    (mail,) = mails_to(people.laura)
    assert mail.next_at == at.replace(hour=7)
    one = Notification.objects.get()
    assert (one.on_page, one.in_browser) == (True, False)


@pytest.mark.parametrize(("kind", "goes"), [(NEW, "at once"), ("lead.repeated", "later")])
def test_what_is_urgent_passes_where_they_say_so(people, kind, goes):
    at = at_night(people, urgent_passes=True)
    outbox.tell(kind, at=at, lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    dispatch.dispatch(at)
    (mail,) = mails_to(people.laura)
    assert (mail.next_at == at) is (goes == "at once")


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("begins", "ends", "at", "until"),
    [
        (time(22), time(7), "2026-01-05T21:59", None),
        (time(22), time(7), "2026-01-05T22:00", "2026-01-06T07:00"),
        (time(22), time(7), "2026-01-06T06:59", "2026-01-06T07:00"),
        (time(22), time(7), "2026-01-06T07:00", None),
        (time(12), time(13), "2026-01-06T12:30", "2026-01-06T13:00"),
        (time(12), time(13), "2026-01-06T13:30", None),
        (time(0), time(0), "2026-01-06T13:30", None),
        (None, None, "2026-01-06T13:30", None),
        # the night in which clocks go forward, and the one in which they go back
        (time(22), time(7), "2026-03-28T23:00", "2026-03-29T07:00"),
        (time(22), time(7), "2026-10-24T23:00", "2026-10-25T07:00"),
    ],
)
def test_quiet_hours_are_local_and_may_cross_midnight(begins, ends, at, until):
    found = quiet_ends(local(at).astimezone(UTC), begins=begins, ends=ends, zone=BERLIN)
    assert found == (local(until).astimezone(UTC) if until else None)


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-01-05T07:59", "2026-01-05T08:00"),
        ("2026-01-05T08:00", "2026-01-06T08:00"),
        ("2026-03-28T12:00", "2026-03-29T08:00"),
    ],
)
def test_the_next_eight_oclock(after, expected):
    assert next_time(local(after).astimezone(UTC), hour=8, zone=BERLIN) == local(expected)


# --- the digest ---------------------------------------------------------------------------------


def a_morning(people, hour=8):
    """Everybody who chose a digest, and the moment at which theirs is due."""
    for user in (people.laura.user, people.dana):
        wants(user, at=now(), digest_hour=hour)
    return Preference.objects.get(user=people.laura.user).digest_due_at


def test_the_digest_tells_a_rep_their_day_and_a_manager_their_teams(people):
    at = a_morning(people)
    lead_of(people.laura, team=people.inside)
    lead_of(people.laura, team=people.inside, first_touch_at=at)
    lead_in_pool(people.inside)
    lead(team=people.inside, status="waiting", waiting_since=at)
    lead_of(people.omar, team=people.outside)
    assert digest.make_due(at) == 2
    assert texts(people.laura) == ["You: 1 not answered yet, 1 to claim or pick, 2 open leads."]
    assert texts(people.dana) == ["Inside: 1 waiting for somebody able, 1 unclaimed, 1 not answered yet, 4 open leads."]


def test_a_lead_that_a_colleague_answered_waits_in_the_digest_as_it_waits_in_the_queue(people):
    at = a_morning(people)
    hers = lead_of(people.laura, team=people.inside, first_touch_at=at)
    Assignment.objects.filter(lead=hers).update(first_touch_at=None)
    (queued,) = Desk(user=people.laura.user, rep=people.laura, at=at).queue()
    assert queued.in_hand == 0, "it is to be answered"
    digest.make_due(at)
    assert texts(people.laura) == ["You: 1 not answered yet, 1 open leads."]
    assert texts(people.dana) == ["Inside: 1 not answered yet, 1 open leads."]


def test_a_digest_comes_once_a_day_and_at_the_hour(people):
    at = a_morning(people)
    lead_of(people.laura)
    assert digest.oldest(at - timedelta(seconds=1)) is None
    assert digest.make_due(at - timedelta(seconds=1)) == 0
    assert digest.oldest(at) == at
    digest.make_due(at)
    assert digest.make_due(at + timedelta(minutes=1)) == 0
    assert Delivery.objects.filter(notification__user=people.laura.user).count() == 1
    assert Preference.objects.get(user=people.laura.user).digest_due_at == at + timedelta(days=1)
    Preference.objects.update(digest_due_at=at)  # as if the mark were lost
    digest.make_due(at + timedelta(minutes=1))
    assert Delivery.objects.filter(notification__user=people.laura.user).count() == 1


def test_a_day_without_anything_needs_no_digest(people):
    digest.make_due(a_morning(people))
    assert Notification.objects.count() == 0


def test_a_digest_that_comes_half_a_day_late_is_left_out(people):
    at = a_morning(people)
    lead_of(people.laura)
    assert digest.make_due(at + timedelta(hours=7)) == 2
    assert Notification.objects.count() == 0
    assert Preference.objects.get(user=people.laura.user).digest_due_at == at + timedelta(days=1)


def test_the_hour_is_that_of_the_calendar_where_a_person_has_no_zone(people):
    people.laura.calendar = Calendar.objects.create(slug="tokyo", timezone="Asia/Tokyo")
    people.laura.save()
    user = User.objects.get(pk=people.laura.user.pk)
    due = wants(user, at=datetime(2026, 1, 5, 0, 0, tzinfo=UTC), digest_hour=8).digest_due_at
    assert due == datetime(2026, 1, 5, 23, 0, tzinfo=UTC)
