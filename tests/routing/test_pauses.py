"""A pause that is over turns the switch on again, as of the moment it was to end."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import pauses
from routing.availability import inactive_times, switched_off_times
from routing.models import PeopleChange, Rep
from routing.people_changes import set_accepting, set_active
from tests.cast import cast

pytestmark = pytest.mark.django_db


def test_a_pause_ends_by_itself_and_the_log_says_when():
    laura, at = cast().laura, now()
    set_accepting(laura, False, at=at - timedelta(hours=1), paused_until=at - timedelta(minutes=30))
    assert pauses.oldest(at - timedelta(minutes=31)) is None
    assert pauses.oldest(at) == at - timedelta(minutes=30)
    assert pauses.end_due(at) == 1
    assert Rep.objects.filter(pk=laura.pk, accepting=True, paused_until=None).exists()
    assert PeopleChange.objects.order_by("-pk")[0].at == at - timedelta(minutes=30)
    assert pauses.end_due(at) == 0
    assert pauses.oldest(at) is None


def test_whoever_switched_off_stays_off():
    laura, at = cast().laura, now()
    set_accepting(laura, False, at=at - timedelta(hours=1))
    assert pauses.end_due(at) == 0
    assert not Rep.objects.get(pk=laura.pk).accepting


def test_the_log_tells_how_long_somebody_was_off(django_assert_num_queries):
    people, at = cast(), now()
    since = at - timedelta(hours=4)
    set_accepting(people.laura, False, at=at - timedelta(hours=3), paused_until=at - timedelta(hours=2))
    pauses.end_due(at)
    set_accepting(people.laura, False, at=at - timedelta(hours=1))
    set_active([people.daniel], False, at=at - timedelta(hours=2))
    ids = [people.laura.pk, people.daniel.pk, people.emma.pk]
    with django_assert_num_queries(2):
        off = switched_off_times(ids, since=since, until=at)
    assert off == {
        people.laura.pk: [(at - timedelta(hours=3), at - timedelta(hours=2)), (at - timedelta(hours=1), at)],
        people.daniel.pk: [],
        people.emma.pk: [],
    }
    assert inactive_times(ids, since=since, until=at)[people.daniel.pk] == [(at - timedelta(hours=2), at)]
