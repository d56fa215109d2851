"""A lead knows when it first reached each kind of stage, and every move of it is written down."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing import assignment
from routing.assignment.recycling import LOST, UNTOUCHED
from routing.models import Lead, Stage, StageMove
from tests.cast import MONDAY_MORNING, cast, lead_of

DAY = timedelta(days=1)
KINDS = ("contacted", "meeting", "opportunity", "proposal")


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def hers(people):
    return lead_of(people.laura, team=people.inside)


def moved(lead, *slugs, since=MONDAY_MORNING, by=None):
    """Moves a lead from stage to stage, a day apart."""
    for number, slug in enumerate(slugs, start=1):
        assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug=slug), at=since + number * DAY, by=by)


def reached(lead):
    """On which day since Monday it first reached each kind."""
    now = Lead.objects.get(pk=lead.pk)
    days = {kind: getattr(now, f"{kind}_at") for kind in (*KINDS, "won", "lost")}
    return {kind: (at - MONDAY_MORNING).days for kind, at in days.items() if at is not None}


@pytest.mark.parametrize(
    ("moves", "expected"),
    [
        (["contacted"], {"contacted": 1}),
        (["contacted", "meeting", "opportunity", "proposal", "won"],
         {"contacted": 1, "meeting": 2, "opportunity": 3, "proposal": 4, "won": 5}),
        (["won"], {"won": 1}),
        (["contacted", "proposal", "won"], {"contacted": 1, "proposal": 2, "won": 3}),
        (["contacted", "meeting", "contacted", "meeting"], {"contacted": 1, "meeting": 2}),
        (["meeting", "new", "contacted"], {"meeting": 1, "contacted": 3}),
        (["contacted", "lost"], {"contacted": 1, "lost": 2}),
        (["contacted", "lost", "contacted", "won"], {"contacted": 1, "won": 4}),
        (["meeting", "won", "meeting"], {"meeting": 1}),
    ],
    ids=["one", "all", "at once", "past some", "back and forth", "backwards", "lost", "reopened", "won by mistake"],
)  # fmt: skip
def test_a_kind_is_reached_once_and_one_that_was_gone_past_never(hers, moves, expected):
    moved(hers, *moves)
    assert reached(hers) == expected
    assert list(StageMove.objects.order_by("pk").values_list("stage__slug", flat=True)) == moves


def test_a_managers_own_stage_counts_as_its_kind(hers):
    Stage.objects.create(slug="demo", name="Demo", kind="meeting", position=9)
    moved(hers, "demo", "meeting")
    assert reached(hers) == {"meeting": 1}


def test_a_move_says_who_moved_it_and_when(people, hers):
    moved(hers, "contacted", by=people.laura.user)
    (move,) = StageMove.objects.all()
    assert (move.lead, move.stage.slug, move.at, move.by) == (
        hers,
        "contacted",
        MONDAY_MORNING + DAY,
        people.laura.user,
    )


def test_a_lost_lead_that_begins_anew_was_moved_to_the_first_stage_and_keeps_what_it_reached(hers):
    moved(hers, "contacted", "meeting", "lost")
    assignment.recycle(lead_id=hers.pk, at=MONDAY_MORNING + 9 * DAY, because=LOST)
    assert reached(hers) == {"contacted": 1, "meeting": 2}
    last = StageMove.objects.latest("pk")
    assert (last.stage.slug, last.at, last.by) == ("new", MONDAY_MORNING + 9 * DAY, None)
    moved(hers, "contacted", since=MONDAY_MORNING + 20 * DAY)
    assert reached(hers) == {"contacted": 1, "meeting": 2}


def test_an_untouched_lead_that_begins_anew_was_moved_nowhere(hers):
    assignment.recycle(lead_id=hers.pk, at=MONDAY_MORNING + 9 * DAY, because=UNTOUCHED)
    assert not StageMove.objects.exists()


def test_a_move_asks_the_database_no_more_however_often_the_lead_was_moved(hers):
    def queries(slug):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assignment.move(lead_id=hers.pk, stage=Stage.objects.get(slug=slug), at=MONDAY_MORNING)
        return len(captured)

    first = queries("contacted")
    moved(hers, *["meeting", "contacted"] * 10)
    assert queries("contacted") == first


# --- the past -------------------------------------------------------------------------------------


def test_the_moves_of_the_past_are_read_from_what_was_told_of_them(people, hers, from_the_past):
    moved(hers, "contacted", "meeting", "contacted", "lost", by=people.laura.user)
    others = lead_of(people.omar)
    moved(others, "proposal")
    before = list(StageMove.objects.order_by("at", "pk").values_list("lead", "stage", "at", "by"))
    StageMove.objects.all().delete()
    Lead.objects.update(contacted_at=None, meeting_at=None, opportunity_at=None, proposal_at=None)
    from_the_past()
    assert list(StageMove.objects.order_by("at", "pk").values_list("lead", "stage", "at", "by")) == before
    assert reached(hers) == {"contacted": 1, "meeting": 2, "lost": 4}
    assert reached(others) == {"proposal": 1}


@pytest.mark.parametrize(
    ("detail", "moves"),
    [
        ({"stage": "contacted", "by": 10**9}, [("contacted", None)]),
        ({"stage": "contacted"}, [("contacted", None)]),
        ({"stage": "gone", "by": None}, []),
        ({}, []),
    ],
    ids=["by somebody who is gone", "by nobody", "a stage that is gone", "nothing said"],
)
def test_what_was_told_half_is_taken_as_far_as_it_goes(hers, from_the_past, detail, moves):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO routing_event (kind, at, lead_id, detail) VALUES ('lead.moved', %s, %s, %s)",
            [MONDAY_MORNING, hers.pk, json.dumps(detail)],
        )
    from_the_past()
    assert list(StageMove.objects.values_list("stage__slug", "by")) == moves
