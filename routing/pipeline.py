"""The life of a lead from capture to assignment, in batches: take what is due, qualify, lock, decide, deliver.

    route -> _route_new, _route_held -> route_batch -> one transaction:
        take the leads (those somebody else holds are passed over)
        qualify each: score, band, disqualification, territory, and the rules that match
        lock the ledgers of the teams these rules reach, and the loads of their reps
        decide each, on what the ones before it left
        write everything down

A batch that fails is halved until the lead that makes it fail is found; that one is parked with its error.
"""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.timezone import now

from routing import owned, sla
from routing.assignment.books import open_books
from routing.assignment.brake import Brake
from routing.assignment.delivery import Routed, deliver
from routing.assignment.holds import asks_from
from routing.assignment.recycling import UNTOUCHED
from routing.engine.calendars import FOREVER
from routing.engine.decide import WAITING, Decision, Qualified, apply, decide, qualify
from routing.engine.facts import Facts
from routing.engine.ordering import Orders
from routing.engine.plan import POOLED, CompiledPlan
from routing.engine.returning import History, KnownOwners, owner_back
from routing.engine.roster import Roster
from routing.leadfacts import COLUMNS, Taken, taken_from
from routing.models import Assignment, Hold, Lead, Offer, Revision
from routing.roster import Directory, compiled, directory

log = logging.getLogger(__name__)

BATCH: Final = 1000
SQLITE_BATCH: Final = 200
"""SQLite has one writer: a batch holds everybody else up, so it is short."""
SQLITE_PAUSE: Final = 0.01
"""Seconds between batches there. Who waits for the lock looks again every so often; without a pause they hardly ever
find it free, and after the timeout give up."""

LET_LIE_FOR: Final = timedelta(days=1)
"""How long a recycled lead waits for somebody else before whoever let it lie is asked again."""

HEAT: Final = Case(When(band="hot", then=0), When(band="warm", then=1), default=2, output_field=IntegerField())


@dataclass(slots=True)
class Summary:
    """What a run of routing did. `waiting` counts leads that were held, `parked` those whose routing failed."""

    routed: int = 0
    waiting: int = 0
    disqualified: int = 0
    parked: int = 0
    seconds: float = 0.0

    def add(self, outcome: str) -> None:
        """Counts one decision."""
        if outcome == "waiting":
            self.waiting += 1
        elif outcome == "disqualified":
            self.disqualified += 1
        elif outcome == "parked":
            self.parked += 1
        else:
            self.routed += 1


def route(*, limit: int | None = None, batch: int | None = None) -> Summary:
    """Routes what is due, at most `limit` leads: held leads for whom somebody may be able now, then new ones."""
    began = time.perf_counter()
    summary = Summary()
    size = batch or (SQLITE_BATCH if connection.vendor == "sqlite" else BATCH)
    left = limit
    for source in (_held, _new):
        before: list[int] = []
        while left is None or left > 0:
            found = route_batch(source, size if left is None else min(size, left), summary)
            if not found or found == before:
                break
            before = found
            if left is not None:
                left -= len(found)
            if connection.vendor == "sqlite":
                time.sleep(SQLITE_PAUSE)
    summary.seconds = time.perf_counter() - began
    return summary


def route_leads(ids: Iterable[int]) -> Summary:
    """Routes these leads now, whatever their turn; those that are routed already are left alone."""
    summary = Summary()
    wanted = list(ids)
    size = SQLITE_BATCH if connection.vendor == "sqlite" else BATCH
    for start in range(0, len(wanted), size):
        _route_these(wanted[start : start + size], summary)
    return summary


Source = QuerySet[Lead]


def _new() -> Source:
    """Leads to be routed, live ones before imports. What was imported not to be routed is due at no time."""
    new = Lead.objects.filter(status=Lead.Status.NEW, due_at__isnull=False, is_open=True)
    return new.order_by("-urgent", "captured_at", "pk")


def _held() -> Source:
    """Waiting leads for whom somebody is able now, hot first, then oldest."""
    at = now()
    somebody = Q(due_at=None, hold__in=_holds_with_somebody(at))
    waiting = Lead.objects.filter(somebody | Q(due_at__lte=at), status=Lead.Status.WAITING, is_open=True)
    return waiting.order_by(HEAT, "captured_at", "pk")


def route_batch(source: Any, size: int, summary: Summary) -> list[int]:
    """Routes the next leads of a source; their ids, empty where nothing was due."""
    if connection.features.has_select_for_update_skip_locked:
        due = source()  # before the transaction: what it looks at is locked, and let go again
        try:
            with transaction.atomic():
                taken = _read(due.select_for_update(skip_locked=True), size)
                _route(taken, summary)
                return [lead.id for lead in taken]
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.warning("a batch failed (%s); it is halved until the culprit is found", type(error).__name__)
        ids = list(due.values_list("pk", flat=True)[:size])
        _halve(ids, summary)
        return ids
    ids = list(source().values_list("pk", flat=True)[:size])
    if ids:
        _route_these(ids, summary)
    return ids


def _route_these(ids: Sequence[int], summary: Summary) -> None:
    try:
        with transaction.atomic():
            query = Lead.objects.filter(pk__in=ids, status__in=[Lead.Status.NEW, Lead.Status.WAITING], is_open=True)
            query = query.order_by(HEAT, "captured_at", "pk") if len(ids) > 1 else query
            if connection.features.has_select_for_update_skip_locked:
                query = query.select_for_update(skip_locked=True)
            _route(_read(query, len(ids)), summary)
            return
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(ids) == 1:
            log.exception("lead %s makes routing fail; it is parked", ids[0])
            _park(ids[0], error)
            summary.add("parked")
            return
        log.warning("a batch of %s leads failed; it is halved until the culprit is found", len(ids))
    _halve(ids, summary)


def _halve(ids: Sequence[int], summary: Summary) -> None:
    middle = (len(ids) + 1) // 2
    for part in (ids[:middle], ids[middle:]):
        if part:
            _route_these(part, summary)


def _park(lead_id: int, error: Exception) -> None:
    words = f"{type(error).__name__}: {error}"[:2000]
    with transaction.atomic():
        parked = Lead.objects.filter(pk=lead_id, status__in=[Lead.Status.NEW, Lead.Status.WAITING]).update(
            status=Lead.Status.PARKED, error=words, hold=None, waiting_since=None, due_at=None, updated_at=now()
        )
        if parked:
            sla.stop([lead_id], because="parked", at=now())


def _read(query: QuerySet[Lead], size: int) -> list[Taken]:
    """The leads of a batch with the revision of people and plan, in one query."""
    revision = Revision.objects.filter(pk=OuterRef("one"))
    annotated = query.annotate(one=Value(1)).annotate(
        people_now=Subquery(revision.values("people")), plan_now=Subquery(revision.values("plan"))
    )
    return [taken_from(row) for row in annotated.values_list(*COLUMNS, "people_now", "plan_now")[:size]]


@contextmanager
def _no_cycle_collection() -> Iterator[None]:
    """A batch makes many objects and no cycles worth a look: the collector would cost a quarter of its time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_no_cycle_collection()
def _route(leads: Sequence[Taken], summary: Summary) -> None:
    """Decides and writes a batch inside the caller's transaction."""
    if not leads:
        return
    at = now()
    plan = compiled(leads[0].plan)
    if plan is None:
        return  # nothing is published yet: leads stay as they are
    who = directory(leads[0].people)
    qualified = [_qualified(lead, plan, who, at) for lead in leads]
    known = owned.owners_of(leads, plan, who, at)
    tried = _tried([lead for lead in leads if lead.cycle_began], at)
    teams, reps = _reached(leads, qualified, plan, known)
    books = open_books(who, teams=teams, reps=reps, at=at)
    brake = Brake.of(leads, who, at)
    batch = []
    for lead, one in zip(leads, qualified, strict=True):
        history: History = KnownOwners(known, lead.keys)
        tried_by = frozenset(who.usernames[rep] for rep in tried.get(lead.id, ()) if rep in who.usernames)
        if tried_by:
            history = owned.OtherOwners(history, tried_by)
        seen = [(kind, name, then.isoformat()) for kind in lead.keys for name, then in history.owners(kind)]
        resting = brake.resting() if lead.was[0] == Lead.Status.WAITING else frozenset[str]()
        decision = _decided(one, plan, books.roster, books.orders, at, history, tried_by, resting)
        if decision.rep is not None:
            brake.gave(decision.rep, lead)
            known.record([key for keys in lead.keys.values() for key in keys], decision.rep, at)
        batch.append(
            Routed(
                lead.id,
                lead.cycle,
                lead.urgent,
                lead.timed,
                lead.was,
                lead.waiting_since,
                decision,
                lead.read(plan),
                tried_by,
                resting,
                seen,
                returns_at=_owner_back(decision, plan, history, who, at),
            )
        )
    deliver(batch, books, plan)
    for routed in batch:
        summary.add(routed.decision.outcome)


def _owner_back(
    decision: Decision, plan: CompiledPlan, history: History, who: Directory, at: datetime
) -> datetime | None:
    """When a lead that waits returns to an owner who is away now."""
    if decision.outcome != WAITING or plan.returning is None:
        return None
    return owner_back(plan.returning, history, who.people, at)


def _decided(
    lead: Qualified,
    plan: CompiledPlan,
    roster: Roster,
    orders: Orders,
    at: datetime,
    history: History,
    tried: frozenset[str],
    resting: frozenset[str],
) -> Decision:
    decision = decide(lead, plan, roster, orders, at=at, history=history, tried=tried, resting=resting)
    apply(decision, roster, orders, at=at)
    return decision


def _qualified(lead: Taken, plan: CompiledPlan, who: Directory, at: datetime) -> Qualified:
    facts = Facts(lead.raw, id=str(lead.id), calendars=who.people.calendars)
    return qualify(facts, plan, at=at)


def _tried(leads: Sequence[Taken], at: datetime) -> dict[int, set[int]]:
    """Who had each of these leads in its present cycle already, or was offered it. New leads are not asked about.

    Whoever let a lead lie until it was recycled counts too, so that neither the rules nor the returning leads give it
    straight back; once it has waited for LET_LIE_FOR, better they than nobody.
    """
    if not leads:
        return {}
    found: dict[int, set[int]] = {}
    cycles = {lead.id: lead.cycle for lead in leads}
    had = Assignment.objects.filter(lead_id__in=cycles).values_list("lead_id", "cycle", "rep_id").order_by()
    was_offered = Offer.objects.filter(lead_id__in=cycles).values_list("lead_id", "cycle", "rep_id").order_by()
    for lead_id, cycle, rep_id in had.union(was_offered):
        if cycles[lead_id] == cycle:
            found.setdefault(lead_id, set()).add(rep_id)
    long_ago = at - LET_LIE_FOR
    recycled = [one.id for one in leads if one.cycle > 1 and not (one.waiting_since and one.waiting_since <= long_ago)]
    let_lie = Assignment.objects.filter(lead_id__in=recycled, ended_because=UNTOUCHED) if recycled else ()
    for last in let_lie:
        if last.cycle == cycles[last.lead_id] - 1:
            found.setdefault(last.lead_id, set()).add(last.rep_id)
    return found


def _reached(
    leads: Sequence[Taken], qualified: Sequence[Qualified], plan: CompiledPlan, known: Any
) -> tuple[set[str], set[str]]:
    """The teams and single reps to whom these leads may go: their books are to be locked."""
    teams: set[str] = set()
    reps: set[str] = set()
    for lead, one in zip(leads, qualified, strict=True):
        if one.disqualifier is not None:
            continue
        if plan.returning is not None:
            reps.update(name for kind in plan.returning.match for name, _ in known.of(lead.keys.get(kind, ())))
        for rule in one.rules():
            if rule.delivery in POOLED:
                break
            teams |= plan.teams_reached(rule, one.territory)
            if rule.rep is not None:
                reps.add(rule.rep)
            if rule.when_nobody != "next_rule":
                break
    return teams, reps


def _holds_with_somebody(at: datetime) -> list[int]:
    """The holds for which somebody is able now; the others are put off until somebody may be."""
    revision = Revision.objects.get()
    due = Hold.objects.filter(Q(due_at__lte=at) | ~Q(people=revision.people) | ~Q(plan=revision.plan))
    held = list(due.filter(leads__status=Lead.Status.WAITING).distinct().order_by("pk"))
    if not held:
        return []
    who, plan = directory(revision.people), compiled(revision.plan)
    assert plan is not None, "a lead is held by a rule of a published plan"
    able = []
    for hold in held:
        asks = asks_from(hold.asks)
        turned = hold.due_at is not None and plan.territories.turned(hold.due_at, at)
        if hold.plan != revision.plan or not asks or turned:
            able.append(hold.pk)
            continue
        with transaction.atomic():
            books = open_books(
                who, teams=[ask.team for ask in asks if ask.team], reps=[ask.rep for ask in asks if ask.rep], at=at
            )
            answers = [books.roster.eligible(ask, at) for ask in asks]
            if any(answer.takers for answer in answers):
                able.append(hold.pk)
            else:
                until = min(*(answer.until for answer in answers), plan.territories.next_boundary(at) or FOREVER)
                put_off = None if until == FOREVER else until
                # Under the lock of the loads: whoever frees a place after this makes it due again.
                Hold.objects.filter(pk=hold.pk).update(due_at=put_off, people=revision.people, plan=revision.plan)
    return able
