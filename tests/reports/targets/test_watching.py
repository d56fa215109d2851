"""Mondays: who is warned of, once, and what the managers are told. Laura answers twelve of twenty in time, as ever."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from reports.models import EarlyWarning, Target, Watch
from reports.targets import watching
from reports.targets.setting import remove_target
from reports.targets.watching import LEASE, WEEK, due_on, look_at_due, oldest, starts
from reps.models import Notification
from reps.notify import dispatch, email
from reps.notify.words import said_to, with_news
from routing.models import Event, Membership
from tests.cast import rep, source
from tests.reports.targets.weeks import LAST, MONDAY, a_week, eight_weeks

DUE = due_on(MONDAY)
MINUTE = timedelta(minutes=1)


def seen() -> list[tuple[str, str]]:
    return list(EarlyWarning.objects.order_by("pk").values_list("rep__username", "kind"))


def told(user) -> list[str]:
    return [one.text for one in said_to(user, list(with_news(Notification.objects.filter(user=user).order_by("pk"))))]


def test_a_rep_who_falls_below_the_target_is_warned_of_on_monday_morning(people, watched):
    watched(people.inside)
    eight_weeks(people.inside, people.laura, quick=12)
    eight_weeks(people.inside, people.daniel, quick=12)
    a_week(people.inside, people.laura, LAST, quick=4)
    a_week(people.inside, people.daniel, LAST, quick=13)
    assert oldest(DUE - MINUTE) is None
    assert look_at_due(DUE - MINUTE) == 0
    assert oldest(DUE) == DUE
    assert look_at_due(DUE) == 1
    one = EarlyWarning.objects.get()
    assert (one.rep, one.week, one.kind, one.leads) == (people.laura, LAST, "below_target", 20)
    assert (one.value, one.target, round(one.own, 6)) == (20, 60, 60)


def test_their_own_weeks_are_held_against_them_where_there_is_no_target(people, watched):
    watched(people.inside, None)
    for who in (people.laura, people.daniel):
        eight_weeks(people.inside, who, quick=16)
    a_week(people.inside, people.laura, LAST, quick=6)
    a_week(people.inside, people.daniel, LAST, quick=14)
    look_at_due(DUE)
    assert seen() == [("laura", "below_own")]


def test_a_median_is_watched_too(people, watched):
    watched(people.inside, 600, metric="speed-to-lead.median_response")
    eight_weeks(people.inside, people.laura, quick=14)
    a_week(people.inside, people.laura, LAST, quick=3)
    look_at_due(DUE)
    assert seen() == [("laura", "below_target")]
    assert EarlyWarning.objects.get().value == 3000


def test_whoever_left_the_team_or_the_house_is_not_warned_of(people, watched):
    watched(people.inside)
    for who in (people.laura, people.daniel):
        a_week(people.inside, who, LAST, quick=0)
    people.laura.active = False
    people.laura.save()
    Membership.objects.filter(rep=people.daniel).delete()
    look_at_due(DUE)
    assert seen() == []


def test_a_target_concerns_the_leads_of_its_team_alone(people, watched):
    mia = rep("mia", "Mia Costa")
    for team in (people.inside, people.outside):
        Membership.objects.create(team=team, rep=mia, position=9)
    watched(people.inside)
    a_week(people.outside, mia, LAST, quick=0)
    a_week(people.inside, mia, LAST, quick=12)
    look_at_due(DUE)
    assert seen() == []


def test_what_takes_weeks_to_settle_is_judged_that_much_later(people, watched):
    watched(people.inside, weeks=4)
    a_week(people.inside, people.laura, LAST, quick=0)
    a_week(people.inside, people.daniel, LAST - 4 * WEEK, quick=0)
    look_at_due(DUE)
    assert list(EarlyWarning.objects.values_list("rep__username", "week")) == [("daniel", LAST - 4 * WEEK)]


def test_looked_at_twice_nothing_is_said_twice(people, watched):
    watch = watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    assert look_at_due(DUE) == 1
    assert look_at_due(DUE + MINUTE) == 0
    assert oldest(DUE + MINUTE) is None
    Watch.objects.filter(pk=watch.pk).update(monday=MONDAY, due_at=DUE)  # as if nobody had looked
    assert look_at_due(DUE + 2 * MINUTE) == 0
    assert (EarlyWarning.objects.count(), Event.objects.filter(kind="rep.below").count()) == (1, 1)


def test_after_a_downtime_the_mondays_that_were_missed_are_looked_at(people, watched):
    watched(people.inside)
    for week in range(3):
        a_week(people.inside, people.laura, LAST + week * WEEK, quick=0)
    back = DUE + 2 * WEEK + timedelta(days=1)
    assert look_at_due(back) == 3
    assert sorted(EarlyWarning.objects.values_list("week", flat=True)) == [LAST, LAST + WEEK, LAST + 2 * WEEK]
    assert Watch.objects.get().monday == MONDAY + 3 * WEEK
    assert oldest(back) is None


def test_what_is_older_than_four_mondays_is_left_alone(people, watched):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    look_at_due(DUE + 6 * WEEK)
    assert seen() == []
    assert Watch.objects.get().monday == MONDAY + 7 * WEEK


def test_a_killed_watcher_leaves_its_monday_to_the_next(people, watched):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    assert watching.take(DUE) is not None  # and is killed
    assert look_at_due(DUE + MINUTE) == 0
    assert look_at_due(DUE + LEASE) == 1


def test_a_watcher_that_was_thought_dead_writes_nothing_after_the_other(people, watched):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    slow = watching.take(DUE)
    assert look_at_due(DUE + LEASE) == 1
    look_at_due(DUE + WEEK)
    assert watching.look(slow, DUE + WEEK) == 0
    assert Watch.objects.get().monday == MONDAY + 2 * WEEK  # not set back


@pytest.mark.django_db(transaction=True)
def test_two_watchers_at_once_say_it_once(people, watched):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    made = []

    def at_work() -> None:
        try:
            made.append(look_at_due(DUE))
        finally:
            connections.close_all()

    both = [threading.Thread(target=at_work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(made) == [0, 1]
    assert Event.objects.filter(kind="rep.below").count() == 1


def test_the_last_target_takes_the_watch_with_it(people, watched):
    watched(people.inside)
    watched(people.inside, 600, metric="speed-to-lead.median_response")
    first, second = Target.objects.order_by("pk")
    remove_target(target=first)
    assert Watch.objects.exists()
    remove_target(target=second)
    assert not Watch.objects.exists()


def test_the_manager_is_told_in_plain_words_and_no_rep_is(people, watched):
    watched(people.inside)
    watched(people.inside, 600, metric="speed-to-lead.median_response")
    poor = source("fair")
    eight_weeks(people.inside, people.laura, quick=12)
    a_week(people.inside, people.daniel, LAST, quick=14, won=12)
    a_week(people.inside, people.laura, LAST, quick=4, of=poor)
    look_at_due(DUE)
    dispatch.dispatch(DUE)
    (text,) = told(people.dana)  # both metrics in one note
    assert text.startswith("Laura Ortiz, median response last week: 50 min (20 leads); the target is at most 10 min, ")
    assert "And, within five minutes last week: 20 % (20 leads); the target is at least 60 %, their own" in text
    assert "The leads were weaker than the team’s: like leads win 3" in text
    assert text.endswith("Look at the distribution first.")
    assert not Notification.objects.exclude(user=people.dana).exists()


def test_the_mail_leads_to_the_numbers_and_to_the_distribution(people, watched):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=4)
    look_at_due(DUE)
    dispatch.dispatch(DUE)
    assert email.send_due(DUE) == 1
    (sent,) = mail.outbox
    assert sent.to == ["dana@acme.example"]
    assert f"/reports/targets/#warning-{EarlyWarning.objects.get().pk}" in sent.body
    of_week = "period=between&since=2026-05-11&until=2026-05-17&team=inside&group=rep"
    assert f"/reports/speed-to-lead/?{of_week}&rep=laura" in sent.body
    assert "How leads were distributed in that week" in sent.body
    assert "Laura" not in sent.subject


def test_a_week_costs_as_many_queries_for_many_reps_as_for_few(people, watched):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            watching.seen_on(people.inside, MONDAY)
        return len(asked)

    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=0)
    few = queries()
    for number in range(20):
        new = rep(f"rep{number}", f"Rep {number}")
        Membership.objects.create(team=people.inside, rep=new, position=10 + number)
        a_week(people.inside, new, LAST, quick=0, leads=10)
    assert queries() == few


def test_a_monday_is_that_of_the_site(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    assert due_on(MONDAY).isoformat() == "2026-05-18T06:00:00+09:00"
    assert watching.monday_of(due_on(MONDAY)) == MONDAY
    assert watching.monday_of(due_on(MONDAY) - MINUTE) == LAST
    assert starts(LAST).isoformat() == "2026-05-11T00:00:00+09:00"
