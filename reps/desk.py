"""The desk of one rep at one moment: the leads that are theirs, and what lies there for their teams."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import (
    Case,
    DateTimeField,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from reps.mail.addresses import address_of
from reps.models import Activity, NextStep
from reps.moments import RESPOND_WITHIN
from reps.notify.page import Bell, bell_of, fresh
from reps.notify.words import Said
from reps.pool_order import HOTTEST_FIRST, in_order
from reps.unanswered import unanswered
from routing.access import contact_open_to, lead_managed_by, lying_open_to, own, visible_to
from routing.models import Assignment, Lead, Load, Membership, Offer, Rep, SlaClock, Team, User

PAUSES = (30, 60, 90)


@dataclass(frozen=True)
class Today:
    """What a rep did since midnight, in the zone of the page."""

    new: int
    answered: int
    in_time: int
    median_response: timedelta | None


@dataclass
class Onlooker:
    """Somebody who may look at leads without selling: a manager who follows a link."""

    user: User
    at: datetime

    def seen(self) -> QuerySet[Lead]:
        """Every lead this person may look at."""
        return visible_to(self.user).select_related("stage", "source", "team", "owner", "offered_to", "territory")

    @cached_property
    def bell(self) -> Bell:
        """How much this person was told and has not read."""
        return bell_of(self.user)

    @cached_property
    def fresh(self) -> list[Said]:
        """What the browser itself may show now."""
        return fresh(self.user, at=self.at) if self.bell.unread else []

    def manages(self, lead: Lead) -> bool:
        """Whether all that happened to this lead is theirs to know."""
        return Lead.objects.filter(lead_managed_by(self.user), pk=lead.pk).exists()


@dataclass(kw_only=True)
class Desk(Onlooker):
    """Where a rep sits. Every list here is what the rep may see, and nothing else."""

    rep: Rep

    @cached_property
    def taking(self) -> bool:
        """Whether the switch lets new leads come: it is on, or the pause it was turned off for is over."""
        return self.rep.accepting or (self.rep.paused_until is not None and self.rep.paused_until <= self.at)

    @property
    def pauses(self) -> list[tuple[int, datetime]]:
        """The pauses there are, in minutes, and when each would be over."""
        return [(minutes, localtime(self.at + timedelta(minutes=minutes))) for minutes in PAUSES]

    @cached_property
    def teams(self) -> list[int]:
        return list(Membership.objects.filter(rep=self.rep).values_list("team_id", flat=True))

    def mine(self) -> QuerySet[Lead]:
        """The open leads this rep owns."""
        return visible_to(self.user).filter(owner=self.rep, is_open=True)

    def queue(self) -> QuerySet[Lead]:
        """Most urgent first: unanswered ones by time left, then band; then those in hand, longest quiet first."""
        activities = Activity.objects.filter(lead=OuterRef("pk")).order_by().values("lead")
        last = activities.annotate(last=Max("at")).values("last")
        waits = unanswered()
        running = SlaClock.objects.filter(lead=OuterRef("pk"), stopped_at=None)
        return (
            self.mine()
            .select_related("stage", "source", "team")
            .annotate(
                in_hand=Case(When(waits, then=0), default=1, output_field=IntegerField()),
                imported=Case(When(waits & Q(timed=False), then=1), default=0, output_field=IntegerField()),
                last_activity_at=Subquery(last, output_field=DateTimeField()),
                respond_by=Coalesce(
                    Subquery(running.values("breach_at")[:1], output_field=DateTimeField()),
                    ExpressionWrapper(F("assigned_at") + RESPOND_WITHIN, output_field=DateTimeField()),
                ),
                quiet_since=Case(
                    When(waits, then=F("respond_by")),
                    default=Coalesce("last_activity_at", "first_touch_at"),
                ),
            )
            .order_by("in_hand", "imported", "quiet_since", HOTTEST_FIRST, "pk")
        )

    def offered(self) -> QuerySet[Any]:
        """What is on offer to this rep, whoever has least time left first, with `offer_expires_at`."""
        offer = Offer.objects.filter(lead=OuterRef("pk"), rep=self.rep, state=Offer.State.OPEN)
        return (
            visible_to(self.user)
            .filter(offered_to=self.rep, status=Lead.Status.OFFERED)
            .select_related("source", "team", "stage")
            .annotate(offer_expires_at=Subquery(offer.values("expires_at")[:1]))
            .filter(offer_expires_at__gt=self.at)
            .order_by("offer_expires_at", "pk")
        )

    def due_today(self) -> QuerySet[NextStep]:
        """What this rep set themselves to do by the end of the day, with what was left over."""
        tomorrow = localtime(self.at).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return (
            NextStep.objects.open()
            .filter(by=self.user, at__lt=tomorrow, lead__owner=self.rep)
            .select_related("lead")
            .order_by("at", "pk")
        )

    def to_claim(self) -> QuerySet[Lead]:
        """What lies on the claim board of the rep's teams, hot first, then oldest."""
        return self.pooled("claim")

    def to_pick(self, *, search: str = "", band: str = "", team: Team | None = None, sort: str = "") -> QuerySet[Lead]:
        """What lies in the pools of the rep's teams to be picked, by one of `pool_order.SORTS`.

        `search` looks for a piece of company, industry, city, product or, where it is shown, the name.
        """
        leads = self.pooled("pick")
        if band:
            leads = leads.filter(band=band)
        if team:
            leads = leads.filter(team=team)
        if search:
            name = Q(first_name__icontains=search) | Q(last_name__icontains=search)
            open_facts = ("company", "industry", "city", "product")
            leads = leads.filter(
                Q.create([(f"{fact}__icontains", search) for fact in open_facts], connector=Q.OR)
                | name & contact_open_to(self.user)
            )
        return in_order(leads, sort)

    def pooled(self, delivery: str) -> QuerySet[Lead]:
        return (
            visible_to(self.user)
            .filter(status=Lead.Status.POOLED, delivery=delivery, team__in=self.teams)
            .select_related("source", "team")
            .order_by(HOTTEST_FIRST, "captured_at", "pk")
        )

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many lie in the queue, on the board and in the pool, for the way round the desk."""
        # Counted by what makes them seen, without what would be shown of them.
        lying = Lead.objects.filter(lying_open_to(self.user))
        return {
            "queue": Lead.objects.filter(own(self.user), is_open=True).count(),
            "claims": lying.filter(delivery="claim").count(),
            "pool": lying.filter(delivery="pick").count(),
        }

    @property
    def state(self) -> tuple[object, ...]:
        """What the top of every page shows: a poll brings it anew once it differs."""
        return self.counts, self.taking, self.rep.paused_until

    def may_take(self, lead: Lead) -> bool:
        """Whether this lead lies there for this rep, to be claimed or picked."""
        return lead.status == Lead.Status.POOLED and lead.delivery in ("claim", "pick") and lead.team_id in self.teams

    @cached_property
    def today(self) -> Today:
        """Leads that became theirs since local midnight, and how fast they were answered."""
        midnight = localtime(self.at).replace(hour=0, minute=0, second=0, microsecond=0)
        lines = Assignment.objects.filter(rep=self.rep, assigned_at__gte=midnight).values_list(
            "assigned_at", "first_touch_at"
        )
        waits = [touched - assigned for assigned, touched in lines if touched is not None]
        return Today(
            new=len(lines),
            answered=len(waits),
            in_time=sum(wait <= RESPOND_WITHIN for wait in waits),
            median_response=timedelta(seconds=median(wait.total_seconds() for wait in waits)) if waits else None,
        )

    @cached_property
    def mail_address(self) -> str:
        """The secret address for copies of the rep's mail; empty until they ask for one."""
        return address_of(self.rep)

    @property
    def mail_comes_in(self) -> bool:
        """Whether this site reads mail at all."""
        return bool(settings.INBOUND_MAIL_DOMAIN)

    @cached_property
    def open_leads(self) -> int:
        """How many open leads count against the rep's cap."""
        load = Load.objects.filter(rep=self.rep, team=None).first()
        return load.open if load else 0
