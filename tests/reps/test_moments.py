"""Times as people say them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from reps.moments import ResponseClock, ago, exact, talk

NOON = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(hours=24), "4 Jan"),
        (timedelta(days=6), "30 Dec 2025"),
        (timedelta(seconds=-20), "in a moment"),
        (timedelta(minutes=-90), "in 1 h"),
    ],
)
def test_a_moment_is_told_in_the_shortest_words(gap, words):
    assert ago(NOON - gap, NOON) == words


def test_the_exact_moment_is_in_the_viewers_zone():
    with timezone.override("America/Chicago"):
        assert exact(NOON) == "Mon 5 Jan 2026, 06:00:00 CST"


@pytest.mark.parametrize(
    ("left", "mood", "figures", "words"),
    [
        (timedelta(minutes=14), "calm", "14 min", "to respond"),
        (timedelta(minutes=9, seconds=59), "calm", "9:59", "to respond"),
        (timedelta(minutes=2, seconds=31), "calm", "2:31", "to respond"),
        (timedelta(minutes=2, seconds=30), "soon", "2:30", "to respond"),
        (timedelta(0), "late", "0:00", "late"),
        (timedelta(seconds=-48), "late", "0:48", "late"),
        (timedelta(hours=-30), "late", "1 d", "late"),
    ],
)
def test_a_clock_turns_from_calm_to_late_and_says_so_in_words(left, mood, figures, words):
    clock = ResponseClock(NOON + left, left)
    assert (clock.mood, clock.figures, clock.words) == (mood, figures, words)


@pytest.mark.parametrize(("seconds", "words"), [(0, "0 s"), (45, "45 s"), (180, "3 min"), (200, "3 min 20 s")])
def test_a_talk_is_told_in_minutes_and_seconds(seconds, words):
    assert talk(seconds) == words
