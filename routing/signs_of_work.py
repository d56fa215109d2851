"""What shows that somebody has worked on a lead: while there is none of it, the lead's import can be undone.

What higher wings keep, they have registered (work_kept_elsewhere).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from routing.models import Assignment, Capture, Event, Lead, LeadChange, Stage, StageMove
from routing.work_kept_elsewhere import registered


@dataclass(frozen=True, slots=True)
class Sign:
    """One kind of work: how it is said of leads (`3 leads were <words>`), and which leads show it."""

    words: str
    shown: Callable[[], Q]


BY_A_PERSON: Final = (
    Assignment.Method.CLAIM,
    Assignment.Method.PICK,
    Assignment.Method.BLIND,
    Assignment.Method.MANUAL,
    Assignment.Method.OFFER,
)


def reasons(leads: QuerySet[Lead]) -> Iterator[str]:
    """How many of these leads show which sign, in words; nothing where nobody has worked on any."""
    for sign in _all():
        count = leads.filter(sign.shown()).order_by().count()
        if count:
            yield f"{count:,} {'lead was' if count == 1 else 'leads were'} {sign.words}"


def worked_on(leads: QuerySet[Lead]) -> set[int]:
    """Those of these leads that show any sign."""
    return {pk for sign in _all() for pk in leads.filter(sign.shown()).values_list("pk", flat=True)}


def _all() -> list[Sign]:
    return [*OURS, *(Sign(words, partial(_there_is_a, model)) for model, words in registered.items())]


def _there_is_a(model: str) -> Q:
    return _there_is(apps.get_model(model)._default_manager.all())


def _there_is(rows: QuerySet[Any]) -> Q:
    return Q(Exists(rows.filter(lead=OuterRef("pk"))))


def _came_again() -> Q:
    """A capture that is no part of the import that made the lead."""
    made_by = Capture.objects.filter(lead=OuterRef(OuterRef("pk")), status=Capture.Status.LEAD)
    others = Capture.objects.filter(lead=OuterRef("pk"), status=Capture.Status.DUPLICATE)
    return Q(Exists(others.exclude(run__isnull=False, run__in=made_by.order_by().values("run"))))


def _came_with_its_past() -> Q:
    """What was done with it elsewhere, and came with it, is no work here."""
    return _there_is(Capture.objects.filter(status=Capture.Status.LEAD, run__history=True))


def _moved_here() -> Q:
    """A move that did not come with the lead's past: those of it carry no hand, and a time before it came."""
    came = Capture.objects.filter(lead=OuterRef("lead"), status=Capture.Status.LEAD, run__history=True)
    return _there_is(
        StageMove.objects.annotate(came_at=Subquery(came.values("received_at")[:1])).filter(
            Q(came_at=None) | Q(by__isnull=False) | Q(at__gt=F("came_at"))
        )
    )


OURS: Final = (
    Sign(
        "answered, or on the way to a deal",
        lambda: (Q(first_touch_at__isnull=False) | ~Q(stage__kind=Stage.Kind.NEW)) & ~_came_with_its_past(),
    ),
    Sign("won or lost", lambda: (Q(won_at__isnull=False) | Q(lost_at__isnull=False)) & ~_came_with_its_past()),
    Sign("moved to another stage", _moved_here),
    Sign(
        "claimed, picked, pulled, accepted or handed out by a person",
        lambda: _there_is(Assignment.objects.filter(Q(method__in=BY_A_PERSON) | Q(by__isnull=False))),
    ),
    Sign("declined by a rep", lambda: _there_is(Event.objects.filter(kind="lead.offer_declined"))),
    Sign("given back by a rep", lambda: _there_is(Event.objects.filter(kind="lead.given_back"))),
    Sign("changed or called by a person", lambda: _there_is(LeadChange.objects.filter(by__isnull=False))),
    Sign("seen again since, from elsewhere or in another file", _came_again),
)
