"""What reports count of it: asked, answered, mean rating, and the share of 4 and 5, in one query."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from reps.models import FeedbackRequest
from routing.models import Lead
from tests.cast import lead_of, source

ALL = {"asked": 5, "answered": 3, "mean_rating": pytest.approx(10 / 3), "good_share": pytest.approx(2 / 3)}


@pytest.fixture
def measured(people):
    """Laura was asked about four times and Omar once; one more waits, and one is of a lead that was withdrawn."""
    at = now()

    def one(rep, team, rating, state="answered", **fields):
        answered = rating is not None
        lead = lead_of(rep, team=team, source=source(fields.pop("of", "web")))
        return FeedbackRequest.objects.create(
            lead=lead,
            rep=rep,
            team=team,
            occasion="won",
            happened_at=at,
            due_at=at,
            state=state,
            rating=rating,
            person=str(lead.pk),
            answered_at=at if answered else None,
            **{"sent_at": at} | fields,
        )

    for rating in (1, 4, 5):
        one(people.laura, people.inside, rating)
    one(people.laura, people.inside, None, "asked", of="fair")
    one(people.omar, people.outside, None, "asked")
    one(people.omar, people.outside, None, "waiting", sent_at=None)
    gone = one(people.omar, people.outside, 1).lead
    Lead.objects.filter(pk=gone.pk).update(status="withdrawn", owner=None)
    return at


def test_all_of_it_in_one_query(measured):
    with CaptureQueriesContext(connection) as captured:
        (row,) = FeedbackRequest.objects.counted().measured()
    assert len(captured) == 1
    assert {name: row[name] for name in ALL} == ALL


def test_by_rep_team_and_source(measured, people):
    counted = FeedbackRequest.objects.counted()
    laura, omar = counted.measured("rep__name")
    assert (laura["rep__name"], laura["asked"], laura["answered"], laura["mean_rating"]) == (
        "Laura Ortiz",
        4,
        3,
        pytest.approx(10 / 3),
    )
    assert (omar["asked"], omar["answered"], omar["mean_rating"], omar["good_share"]) == (1, 0, None, None)
    assert [(row["team"], row["asked"]) for row in counted.measured("team")] == [
        (people.inside.pk, 4),
        (people.outside.pk, 1),
    ]
    assert [(row["lead__source__slug"], row["asked"]) for row in counted.measured("lead__source__slug")] == [
        ("fair", 1),
        ("web", 4),
    ]


def test_a_period_begins_with_its_start_and_ends_before_its_end(measured):
    moment = timedelta(microseconds=1)
    for since, until, count in ((measured, measured + moment, 5), (measured - moment, measured, 0)):
        assert FeedbackRequest.objects.counted().asked_between(since, until).count() == count


@pytest.mark.parametrize("rating", [0, 6])
def test_the_database_keeps_no_rating_but_1_to_5(measured, rating):
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackRequest.objects.filter(state="answered").update(rating=rating)
