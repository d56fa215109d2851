"""From stored captures to leads, in batches: read, normalise, look whom we know, create the rest.

A capture is locked while it is understood, so that two who come upon the same one make one lead of it. Two captures of
one person at the same moment are settled by the unique constraints of Lead: whoever comes second looks again and finds.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.timezone import now

from routing import bulk, outbox
from routing.intake.inserting import insert_all
from routing.intake.known import KnownLeads
from routing.intake.past import Past
from routing.intake.reading import Errors, Reading, failure, read_all
from routing.models import Capture, Lead, Stage

log = logging.getLogger(__name__)

BATCH: Final = 500
TRIES: Final = 5
LEFT_TO_WHOEVER_STORED_IT: Final = timedelta(seconds=5)
STOOD_IN_THE_WAY: Final = ("40001", "40P01")  # what PostgreSQL calls a serialisation failure and a deadlock


@dataclass(slots=True)
class Outcome:
    """What became of a capture. `lead` is the new one, or the one that it repeats."""

    capture: Capture
    status: str
    lead: Lead | None = None
    errors: Errors | None = None
    notes: list[str] = field(default_factory=list)
    row_key: str | None = None
    past: Past | None = None


def understand(captures: Iterable[Capture], *, at: datetime, answered: bool = True) -> list[Outcome]:
    """Make leads of stored captures; one outcome each, in order.

    Bad input becomes `rejected` where somebody is told at once (`answered`), else `failed`: it stays in the inbox. A
    capture that makes this fail is found by halving its batch, and becomes `failed` with the error; the rest goes in.
    """
    outcomes: list[Outcome] = []
    waiting = list(captures)
    for start in range(0, len(waiting), BATCH):
        batch = read_all(waiting[start : start + BATCH])
        outcomes.extend(settle(batch, at=at, answered=answered))
    return outcomes


def understand_stored(limit: int = 4 * BATCH, *, at: datetime | None = None) -> int:
    """Understand captures that were stored and left: by a process that died, or while the database refused. How many.

    Live ones come before imports. Those of the last moments are left to whoever stored them, those of an import that is
    still at work to it: it tells what becomes of them.
    """
    at = at or now()
    stored = Capture.objects.filter(
        status=Capture.Status.STORED, received_at__lte=at - LEFT_TO_WHOEVER_STORED_IT
    ).select_related("source", "run")
    ordered = stored.order_by("received_at", "pk")
    live = list(ordered.filter(run__isnull=True)[:limit])
    left = ordered.filter(run__isnull=False, run__due_at__isnull=True)
    imported = list(left[: limit - len(live)]) if len(live) < limit else []
    return len(understand(live, at=at, answered=False)) + len(understand(imported, at=at, answered=False))


# --- settling -------------------------------------------------------------------------------------


def settle(batch: Sequence[Reading], *, at: datetime, answered: bool) -> list[Outcome]:
    """The outcomes of a batch, in one transaction, or in several around whatever fails."""
    if not batch:
        return []
    try:
        return settled_past_deadlocks(batch, at=at, answered=answered)
    except (OperationalError, InterfaceError):
        raise  # the database, not a capture: they stay stored, and the sweep comes back for them
    except Exception as error:
        if len(batch) == 1:
            log.exception("capture %s cannot become a lead", batch[0].capture.pk)
            batch[0].errors, batch[0].stays_in_inbox = failure(error), True
            return settled(batch, at=at, answered=answered)
    middle = len(batch) // 2
    return [
        *settle(batch[:middle], at=at, answered=answered),
        *settle(batch[middle:], at=at, answered=answered),
    ]


def settled_past_deadlocks(batch: Sequence[Reading], *, at: datetime, answered: bool) -> list[Outcome]:
    """Settle, and again where two transactions stood in each other's way."""
    for _ in range(TRIES - 1):
        try:
            return settled(batch, at=at, answered=answered)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in STOOD_IN_THE_WAY:
                raise
    return settled(batch, at=at, answered=answered)


@transaction.atomic
def settled(batch: Sequence[Reading], *, at: datetime, answered: bool) -> list[Outcome]:
    """One transaction: the captures locked, leads created or found, captures marked, owners told."""
    ids = [reading.capture.pk for reading in batch]
    locked = Capture.objects.select_for_update().filter(pk__in=ids, status=Capture.Status.STORED).order_by("pk")
    mine = set(locked.values_list("pk", flat=True))
    readings = [reading for reading in batch if reading.capture.pk in mine]
    outcomes = {outcome.capture.pk: outcome for outcome in decided(readings, at=at, answered=answered)}
    if len(mine) < len(batch):
        outcomes |= {outcome.capture.pk: outcome for outcome in settled_before(set(ids) - mine)}
    return [outcomes[pk] for pk in ids if pk in outcomes]


def decided(readings: Sequence[Reading], *, at: datetime, answered: bool) -> list[Outcome]:
    """New leads are created; the look at whom we know is repeated where somebody else created one meanwhile."""
    for attempt in range(1, TRIES + 1):
        outcomes = planned(readings, at=at, answered=answered)
        try:
            with transaction.atomic():
                insert_all(
                    [outcome.lead for outcome in outcomes if outcome.lead and outcome.status == Capture.Status.LEAD]
                )
        except IntegrityError:
            if attempt == TRIES:
                raise
        else:
            break
    mark(outcomes)
    tell_owners(outcomes, at=at)
    return outcomes


def planned(readings: Sequence[Reading], *, at: datetime, answered: bool) -> list[Outcome]:
    """What shall become of each: refused, attached to a lead that is known or new in this batch, or a new lead."""
    good = [reading for reading in readings if reading.errors is None]
    known = KnownLeads()
    known.look_up(reading.keys for reading in good)
    stage = Stage.objects.filter(kind=Stage.Kind.NEW).order_by("position", "pk").first() if good else None
    outcomes = []
    for reading in readings:
        outcome = Outcome(reading.capture, Capture.Status.LEAD, errors=reading.errors, notes=reading.notes)
        outcome.past = reading.past
        outcomes.append(outcome)
        if reading.errors is not None:
            told = answered and not reading.stays_in_inbox
            outcome.status = Capture.Status.REJECTED if told else Capture.Status.FAILED
            continue
        outcome.lead = known.find(reading.keys)
        if known.first_sight_of(reading.keys):
            outcome.row_key = reading.keys.row
        if outcome.lead is not None:
            outcome.status = Capture.Status.DUPLICATE
            known.add_row(reading.keys, outcome.lead)
            continue
        outcome.lead = new_lead(reading, stage=stage, at=at)
        known.add(reading.keys, outcome.lead)
    return outcomes


def new_lead(reading: Reading, *, stage: Stage | None, at: datetime) -> Lead:
    """The lead that a capture becomes: to be routed at once, unless its import says otherwise."""
    capture = reading.capture
    waits = capture.run is not None and not capture.run.routes
    values = {"channel": capture.channel, "captured_at": capture.received_at, "stage": stage, **reading.values}
    return Lead(
        source_id=capture.source_id,
        status=Lead.Status.NEW,
        due_at=None if waits else at,
        urgent=capture.run_id is None,
        timed=capture.run is None or capture.run.starts_sla,
        updated_at=at,
        **values,
    )


def mark(outcomes: Sequence[Outcome]) -> None:
    """Write on each capture what became of it."""
    bulk.update(
        Capture,
        ["status", "lead_id", "error", "notes", "idempotency_key"],
        [
            (
                outcome.capture.pk,
                str(outcome.status),
                outcome.lead.pk if outcome.lead else None,
                json.dumps(outcome.errors) if outcome.errors else None,
                json.dumps(outcome.notes) if outcome.notes else None,
                outcome.capture.idempotency_key or outcome.row_key,
            )
            for outcome in outcomes
        ],
    )


def tell_owners(outcomes: Sequence[Outcome], *, at: datetime) -> None:
    """Tell whoever owns a lead that its person came again. An import tells once, at its end (importing.py)."""
    outbox.tell_all(
        [
            (
                "lead.repeated",
                at,
                lead.pk,
                lead.team_id,
                lead.owner_id,
                {"capture": outcome.capture.pk, "source": outcome.capture.source.slug},
            )
            for outcome in outcomes
            if outcome.status == Capture.Status.DUPLICATE
            and (lead := outcome.lead)
            and lead.owner_id is not None
            and outcome.capture.run_id is None
        ]
    )


def settled_before(ids: Iterable[int]) -> list[Outcome]:
    """What became of captures that somebody else understood meanwhile."""
    return [
        Outcome(capture, capture.status, lead=capture.lead, errors=capture.error, notes=capture.notes or [])
        for capture in Capture.objects.select_related("lead", "source").filter(pk__in=ids).order_by("pk")
    ]
