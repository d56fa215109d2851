"""Old news goes, and nothing else."""

from datetime import timedelta

from reps.models import Delivery, Notification
from reps.notify import purge
from reps.timeline import timeline
from routing import assignment
from routing.models import Event, Stage
from tests.cast import lead_of


def test_what_is_older_than_the_operator_keeps_goes_and_the_rest_stays(people, told, at, settings):
    old = at - timedelta(days=settings.KEEP_NEWS_DAYS, minutes=1)
    hers = lead_of(people.laura)
    told("lead.assigned", lead_id=hers.pk, rep_id=people.laura.pk)
    assert purge.oldest(at) is None
    told("lead.repeated", lead_id=hers.pk, rep_id=people.laura.pk)
    told("lead.disqualified", lead_id=hers.pk)
    aged = Event.objects.exclude(kind="lead.assigned")
    Notification.objects.filter(event__in=aged).update(at=old)
    aged.update(at=old, dispatched_at=old)
    assert purge.oldest(at) < at
    purge.purge(at)
    assert list(Event.objects.values_list("kind", flat=True)) == ["lead.assigned"]
    assert Notification.objects.count() == Delivery.objects.count() == 1
    assert purge.oldest(at) is None


def test_what_was_not_dispatched_stays(people, at, settings):
    old = at - timedelta(days=settings.KEEP_NEWS_DAYS + 1)
    Event.objects.create(kind="lead.assigned", lead=lead_of(people.laura), at=old)
    assert purge.oldest(at) is None
    assert purge.purge(at) == 0
    assert Event.objects.count() == 1


def test_the_news_of_a_move_goes_and_its_timeline_still_tells_of_it(people, at, settings):
    old = at - timedelta(days=settings.KEEP_NEWS_DAYS + 1)
    hers = lead_of(people.laura)
    assignment.move(lead_id=hers.pk, stage=Stage.objects.get(slug="meeting"), at=old, by=people.laura.user)
    Event.objects.update(dispatched_at=old)
    assert purge.purge(at) == 1
    assert [(entry.what, entry.who) for entry in timeline(hers) if entry.at == old] == [("Moved to Meeting", "laura")]
