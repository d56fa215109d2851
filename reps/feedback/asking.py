"""Whom to ask: read off the news of leads that were won, lost or met, which every way to these writes.

Called for each batch of events in the transaction that marks them as dispatched, so that an occasion is looked at once
and none is lost. What follows is a request and the mail that is to be sent for it, hours later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings

from reps.models import Delivery, FeedbackRequest, Occasion
from routing.intake.normalise.email import read_email
from routing.models import Lead, Stage

from .people import every_person_of, opted_out, person_of
from .policies import Policies, policies, policy_for

MOVED: Final = "lead.moved"
MET: Final = "lead.met"
OCCASIONS: Final = (MOVED, MET)
"""The events that may be one."""
NEVER_REACHED: Final = "could not be reached"
"""The reason for which a lead was lost that nobody can say anything about."""

AT_ONCE: Final = 300
"""Occasions looked at with one query for each thing that is asked about them."""


@dataclass(frozen=True, slots=True)
class Happened:
    """One event, as far as it may be an occasion."""

    kind: str
    at: datetime
    lead_id: int | None
    team_id: int | None
    rep_id: int | None
    detail: Any


@dataclass(frozen=True, slots=True)
class Wish:
    """That somebody be asked: the event, the occasion it is, and how soon after the last time."""

    event: Happened
    lead_id: int
    occasion: str
    hours: int
    not_again_days: int


def ask_after(events: Iterable[Happened], *, at: datetime) -> int:
    """Plans to ask after those of these events that are an occasion. Says how many requests that made.

    Old news is nobody's occasion: a past that was imported asks nobody.
    """
    since = at - timedelta(days=settings.OLD_NEWS_DAYS)
    may_be = [one for one in events if one.kind in OCCASIONS and one.at >= since]
    if not may_be:
        return 0
    known = policies()
    if not any(policy.active for policy in known.values()):
        return 0
    wishes = _wishes(may_be, known)
    return sum(_ask(wishes[start : start + AT_ONCE], at=at) for start in range(0, len(wishes), AT_ONCE))


def _wishes(events: Sequence[Happened], known: Policies) -> list[Wish]:
    closing = dict(
        Stage.objects.filter(kind__in=[Stage.Kind.WON, Stage.Kind.LOST]).order_by("pk").values_list("slug", "kind")
    )
    found = []
    for event in events:
        detail = event.detail if isinstance(event.detail, dict) else {}
        occasion = Occasion.MEETING if event.kind == MET else closing.get(detail.get("stage") or "")
        policy = policy_for(event.team_id, known)
        if event.lead_id is None or occasion is None or policy is None:
            continue
        if policy.asks_after(occasion):
            found.append(Wish(event, event.lead_id, str(occasion), policy.hours, policy.not_again_days))
    return found


def _ask(wishes: Sequence[Wish], *, at: datetime) -> int:
    leads = Lead.objects.in_bulk({wish.lead_id for wish in wishes})
    # By address, for whom the first occasion counts.
    asked: dict[str, Wish] = {}
    for wish in wishes:
        lead = leads.get(wish.lead_id)
        if lead is not None and may_be_asked(lead, wish.occasion):
            asked.setdefault(lead.email_key, wish)
    for key in _not_to_be_asked(asked, at=at):
        del asked[key]
    rows = [
        FeedbackRequest(
            lead_id=wish.lead_id,
            rep_id=wish.event.rep_id,
            team_id=wish.event.team_id,
            occasion=wish.occasion,
            happened_at=wish.event.at,
            due_at=wish.event.at + timedelta(hours=wish.hours),
            person=person_of(key),
        )
        for key, wish in sorted(asked.items())
    ]
    if not rows:
        return 0
    FeedbackRequest.objects.bulk_create(rows, ignore_conflicts=True)
    made = FeedbackRequest.objects.filter(
        lead__in={row.lead_id for row in rows}, state=FeedbackRequest.State.WAITING, delivery=None
    )
    mails = [
        Delivery(feedback_id=pk, channel=Delivery.Channel.EMAIL, next_at=due_at, created_at=at)
        for pk, due_at in made.values_list("pk", "due_at")
    ]
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)
    return len(mails)


def may_be_asked(lead: Lead, occasion: str) -> bool:
    """Whether there is anybody to ask: an address that could be read, and, of a lost lead, a talk that was."""
    if lead.status == Lead.Status.WITHDRAWN or not address_of(lead):
        return False
    return occasion != Occasion.LOST or (lead.first_touch_at is not None and lead.lost_reason != NEVER_REACHED)


def address_of(lead: Lead) -> str:
    """Where mail reaches them; empty where some write something else where an address belongs."""
    return (read_email(lead.email)[0] or "") if lead.email_key else ""


def _not_to_be_asked(asked: dict[str, Wish], *, at: datetime) -> list[str]:
    """The addresses of people who opted out, or were asked too short a while ago."""
    persons = {key: every_person_of(key) for key in asked}
    everybody = {person for of_one in persons.values() for person in of_one}
    not_again = opted_out(everybody)
    last: dict[str, datetime] = {}
    longest = max((wish.not_again_days for wish in asked.values()), default=0)
    lately = FeedbackRequest.objects.asked_lately(at=at, days=longest).filter(person__in=everybody)
    for person, sent_at in lately.order_by("pk").values_list("person", "sent_at"):
        last[person] = max(sent_at or at, last.get(person, sent_at or at))
    found = []
    for key, wish in asked.items():
        since = at - timedelta(days=wish.not_again_days)
        if not_again.intersection(persons[key]) or any(last.get(person, since) > since for person in persons[key]):
            found.append(key)
    return found
