"""Weekly mails go out once, when they are due, with each reader's own numbers."""

from __future__ import annotations

import csv
import io
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from reports.mails import changing, sending
from reports.mails.sending import oldest, send_due, send_now
from reports.mails.weekly import next_week
from reports.models import Addressee, Subscription
from reps.models import Delivery, Notification
from reps.notify import email
from reps.notify.words import said_to, with_news
from routing.models import Source, User
from tests.cast import person

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def then(monkeypatch, friday):
    """The letter is written when it is sent: on that Friday."""
    monkeypatch.setattr("reports.mails.letter.now", lambda: friday)


def gone_out(at) -> list:
    """What a pass of the clock sends."""
    mail.outbox.clear()
    send_due(at)
    Delivery.objects.update(next_at=at)
    email.send_due(at)
    return list(mail.outbox)


def count_of(sent) -> str:
    return next(line.split(":")[1].split()[0] for line in sent.body.splitlines() if line.startswith("Leads:"))


@pytest.mark.parametrize(
    ("after", "zone", "then"),
    [
        ("2026-05-20T15:00Z", "America/Chicago", "2026-05-22T14:00Z"),
        ("2026-05-22T13:59Z", "America/Chicago", "2026-05-22T14:00Z"),
        ("2026-05-22T14:00Z", "America/Chicago", "2026-05-29T14:00Z"),
        ("2026-05-22T00:30Z", "Asia/Tokyo", "2026-05-29T00:00Z"),
        ("2026-03-06T16:00Z", "America/Chicago", "2026-03-13T14:00Z"),  # the clock goes forward between
    ],
)
def test_it_is_due_by_the_clock_of_whoever_gets_it(after, zone, then):
    after, then = (datetime.fromisoformat(text.replace("Z", "+00:00")) for text in (after, then))
    assert next_week(after, weekday=4, hour=9, zone=ZoneInfo(zone)) == then.astimezone(UTC)


def test_it_comes_when_it_is_due_and_a_week_later_again(people, weekly, friday):
    weekly()
    assert oldest(friday - MINUTE) is None
    assert gone_out(friday - MINUTE) == []
    assert oldest(friday) == friday
    (sent,) = gone_out(friday)
    assert sent.to == ["dana@acme.example"]
    assert gone_out(friday + MINUTE) == []
    assert Addressee.objects.get().due_at == friday + WEEK
    assert len(gone_out(friday + WEEK)) == 1


def test_after_a_downtime_it_comes_once(people, weekly, friday):
    weekly()
    assert len(gone_out(friday + 3 * WEEK + MINUTE)) == 1
    assert Addressee.objects.get().due_at == friday + 4 * WEEK


def test_it_tells_the_figures_with_what_they_were_and_the_first_rows(people, weekly, friday):
    weekly()
    (sent,) = gone_out(friday)
    assert sent.subject == "Speed to lead: 23 April 2026 to 22 May 2026"
    for words in ("Leads: ", "Median response: ", " from ", "Web", "Fair", "All"):
        assert words in sent.body
    assert "/reports/speed-to-lead/?period=last-30-days&group=source&compare=on" in sent.body
    html = sent.alternatives[0].content
    assert "Open this view" in html
    assert "<script" not in html
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert sent.extra_headers["List-Unsubscribe"].strip("<>") in sent.body


def test_each_reader_has_their_own_numbers(people, weekly, friday):
    weekly(people.dana, people.laura.user, query="period=all-time&group=rep")
    by = {sent.to[0]: sent for sent in gone_out(friday)}
    assert set(by) == {"dana@acme.example", "laura@acme.example"}
    laura = people.laura
    mine = sum(1 for lead in people.leads if lead.owner_id == laura.pk and lead.status != "withdrawn")
    assert count_of(by["laura@acme.example"]) == str(mine)
    assert int(count_of(by["dana@acme.example"])) > mine
    for colleague in ("Daniel", "Emma", "Omar"):
        assert colleague not in by["laura@acme.example"].body
        assert colleague not in by["laura@acme.example"].alternatives[0].content


def test_who_may_not_see_it_is_passed_over(people, weekly, friday):
    weekly(people.dana, people.omar.user, query="period=all-time&team=inside")
    assert [sent.to for sent in gone_out(friday)] == [["dana@acme.example"]]
    assert Addressee.objects.get(user=people.omar.user).skipped.startswith("They may not see")


def test_who_left_between_queue_and_mail_gets_nothing(people, weekly, friday):
    weekly(people.dana, people.laura.user)
    send_due(friday)
    User.objects.filter(pk=people.laura.user.pk).update(is_active=False)
    Delivery.objects.update(next_at=friday)
    email.send_due(friday)
    assert [sent.to for sent in mail.outbox] == [["dana@acme.example"]]


def test_who_ended_it_between_queue_and_mail_gets_nothing(people, weekly, friday):
    weekly(people.dana, people.laura.user)
    send_due(friday)
    changing.end(addressee=Addressee.objects.get(user=people.laura.user), at=friday)
    email.send_due(friday)
    assert [sent.to for sent in mail.outbox] == [["dana@acme.example"]]
    assert Delivery.objects.get(notification__user=people.laura.user).state == "dead"


def test_an_analyst_reads_numbers_and_no_contact_details(people, weekly, friday):
    nora = person("nora", email="nora@acme.example", timezone="America/Chicago")
    nora.groups.add(Group.objects.get(name="analyst"))
    nora = User.objects.get(pk=nora.pk)
    weekly(nora, owner=nora, query="period=all-time&group=attributes.campaign", with_file=True)
    (note,) = gone_out(friday)  # what a source sent may say who a lead is
    assert note.subject == "A weekly report was stopped"
    assert "cannot be asked so" in Subscription.objects.get().trouble
    weekly(nora, owner=nora, query="period=all-time&group=source", with_file=True)
    (sent,) = gone_out(friday)
    assert "@" not in sent.attachments[0].content


@pytest.mark.parametrize("fields", [{"report": "gone"}, {"query": "sort=gone"}, {"query": "team=gone"}])
def test_what_cannot_be_asked_any_more_is_said_once_to_its_owner(people, weekly, friday, fields):
    weekly(people.dana, people.laura.user, **fields)
    first = gone_out(friday)
    assert [(sent.to, sent.subject) for sent in first] == [(["dana@acme.example"], "A weekly report was stopped")]
    assert oldest(friday + 9 * WEEK) is None
    assert gone_out(friday + WEEK) == []
    (note,) = with_news(Notification.objects.filter(kind="report.stopped"))
    assert said_to(people.dana, [note])[0].text.startswith("Your weekly mail of “")
    assert not Subscription.objects.get().active


def test_an_owner_who_left_sends_nothing(people, weekly, friday):
    weekly(people.laura.user)
    User.objects.filter(pk=people.dana.pk).update(is_active=False)
    assert gone_out(friday) == []
    assert not Subscription.objects.get().active


def test_the_file_comes_where_it_is_asked_for_and_small(people, weekly, friday, monkeypatch):
    weekly(with_file=True)
    (sent,) = gone_out(friday)
    name, content, kind = sent.attachments[0]
    assert (name, kind) == ("speed-to-lead-2026-05-22.csv", "text/csv")
    rows = list(csv.reader(io.StringIO(content.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["source", "leads", "leads before"]
    assert rows[-1][0] == "All"
    monkeypatch.setattr("reports.mails.letter.SMALL", 10)
    (sent,) = gone_out(friday + WEEK)
    assert sent.attachments == []
    assert "too large to come as a file" in sent.body


def test_a_paused_mail_comes_to_nobody_until_it_goes_on(people, weekly, friday):
    one = weekly()
    changing.pause(subscription=one)
    assert gone_out(friday) == []
    changing.go_on(subscription=one, at=friday + MINUTE)
    assert gone_out(friday + MINUTE) == []
    assert len(gone_out(friday + WEEK)) == 1


def test_one_now_is_for_whoever_asks(people, weekly, friday):
    one = weekly(people.laura.user)
    assert send_now(subscription=one, user=people.dana, at=friday - WEEK) == ""
    email.send_due(friday - WEEK)
    assert [sent.to for sent in mail.outbox] == [["dana@acme.example"]]
    assert Addressee.objects.get().due_at == friday


def test_a_hostile_name_runs_nowhere(people, weekly, friday):
    Source.objects.filter(slug="web").update(name="<script>alert(1)</script>")
    weekly(with_file=True)
    (sent,) = gone_out(friday)
    assert "<script" not in sent.alternatives[0].content
    content = sent.attachments[0][1]
    assert "=ads" in content.lower()
    assert "\n=ads" not in content.lower()


def test_a_killed_sender_leaves_it_due(people, weekly, friday, monkeypatch):
    weekly()

    def dies(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as killed:
        killed.setattr(sending, "queue", dies)
        with pytest.raises(SystemExit):
            send_due(friday)
    assert Addressee.objects.get().due_at == friday
    assert len(gone_out(friday)) == 1


@pytest.mark.django_db(transaction=True)
def test_several_senders_at_once_send_each_mail_once(people, weekly, friday):
    for _ in range(6):
        weekly(people.dana, people.laura.user, people.daniel.user)

    def at_work() -> None:
        try:
            send_due(friday)
        finally:
            connections.close_all()

    some = [threading.Thread(target=at_work) for _ in range(3)]
    for one in some:
        one.start()
    for one in some:
        one.join()
    assert Delivery.objects.count() == 18
    assert oldest(friday) is None


def test_many_readers_cost_the_queries_of_each_alone(people, weekly, friday):
    """Queueing is some queries a reader, and none that grows with how many there are."""

    def queries(count: int) -> int:
        readers = [
            person(f"reader{count}-{number}", is_superuser=True, email=f"{number}@acme.example")
            for number in range(count)
        ]
        one = weekly(*readers)
        with CaptureQueriesContext(connection) as asked:
            assert send_due(friday) == count
        one.delete()
        return len(asked)

    few, many = queries(2), queries(20)
    assert (many - few) / 18 < 20
