"""What a rep began with one tap: a call, or a mail. Noted at once, and asked about until it is known how it went.

Nobody knows whether it rang: a start is a line in the lead's history, and becomes an activity only when its rep says
how it went, or that it did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from reps import work
from reps.models import Activity
from routing.models import Lead, LeadChange, Rep, User

CALL: Final = "call"
MAIL: Final = "mail"
STARTED: Final = {CALL: "call_started", MAIL: "mail_started"}
DROPPED: Final = {CALL: "call_dropped", MAIL: "mail_dropped"}
LOGGED_AS: Final = {CALL: Activity.Kind.CALL, MAIL: Activity.Kind.EMAIL}
WHAT: Final = {kind: what for what, kind in STARTED.items()}

SAME_TAP: Final = timedelta(minutes=1)
"""What is tapped twice within this time was begun once."""
STILL_ASKED: Final = timedelta(hours=2)
"""After this it is not asked any more: nobody remembers."""
ASKED_AT_ONCE: Final = 3


@dataclass(frozen=True)
class Start:
    """Something that was begun with a lead, and how long ago."""

    pk: int
    what: str
    lead: Lead
    at: datetime
    asked_at: datetime

    @property
    def minutes(self) -> str:
        """How long it has been, to half a minute: how long a call took, if it ended just now."""
        halves = max(1, round((self.asked_at - self.at).total_seconds() / 30))
        return f"{halves / 2:g}"


def start(*, lead_id: int, what: str, at: datetime, by: User) -> None:
    """Note that somebody tapped the number or the address."""
    begun = LeadChange.objects.filter(lead_id=lead_id, by=by, kind=STARTED[what], at__gt=at - SAME_TAP)
    if not begun.exists():
        LeadChange.objects.create(lead_id=lead_id, by=by, at=at, origin="desk", kind=STARTED[what])


def under_way(*, rep: Rep, by: User, at: datetime, lead_id: int | None = None) -> list[Start]:
    """What this person began and has not told of yet, the last first; one for each lead and kind."""
    same = {"lead": OuterRef("lead")}
    later = LeadChange.objects.filter(**same, by=by)
    told = Activity.objects.filter(**same, logged_at__gte=OuterRef("at")).filter(Q(by=by) | Q(rep=rep))
    begun = LeadChange.objects.filter(
        by=by, kind__in=STARTED.values(), at__gt=at - STILL_ASKED, lead__owner=rep, lead__is_open=True
    )
    if lead_id is not None:
        begun = begun.filter(lead_id=lead_id)
    for what, kind in STARTED.items():
        over = later.filter(Q(kind=DROPPED[what], at__gte=OuterRef("at")) | Q(kind=kind, at__gt=OuterRef("at")))
        begun = begun.exclude(Q(kind=kind) & Exists(over))
        begun = begun.exclude(Q(kind=kind) & Exists(told.filter(kind=LOGGED_AS[what])))
    rows = begun.select_related("lead").order_by("-at", "-pk")[:ASKED_AT_ONCE]
    return [Start(row.pk, WHAT[row.kind], row.lead, row.at, at) for row in rows]


def finish(*, start_id: int, lead_id: int, rep: Rep, by: User, at: datetime, outcome: str, seconds: int | None) -> bool:
    """Say how it went, once: `outcome` of a call, `sent` of a mail, `none` where it did not happen. Whether it did.

    A call that reached nobody has no length. Raises ValidationError for what this person did not begin with this lead,
    and work.KeyReused where another answer was given before.
    """
    begun = LeadChange.objects.filter(pk=start_id, lead_id=lead_id, by=by, kind__in=STARTED.values()).first()
    if begun is None:
        raise ValidationError("There is nothing of yours under way here.")
    what = WHAT[begun.kind]
    if outcome == "none":
        with transaction.atomic():
            Lead.objects.select_for_update().get(pk=lead_id)
            if not LeadChange.objects.filter(lead_id=lead_id, by=by, kind=DROPPED[what], at__gte=begun.at).exists():
                LeadChange.objects.create(lead_id=lead_id, by=by, at=at, origin="desk", kind=DROPPED[what])
        return False
    talked = outcome in (Activity.Outcome.REACHED, Activity.Outcome.VOICEMAIL)
    work.log(
        lead_id=lead_id,
        kind=LOGGED_AS[what],
        at=begun.at,
        logged_at=at,
        by=by,
        rep=rep,
        outcome=outcome if what == CALL else "",
        seconds=seconds if what == CALL and talked else None,
        key=f"started:{start_id}",
    )
    return True
