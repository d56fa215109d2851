"""A lead: a person who may buy, with the facts that routing needs, and where it stands."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .intake import Source
from .people import Rep, Team
from .plan import PlanVersion, Territory


class Stage(models.Model):
    """A step of the work on a lead. Names are the manager's; the kind gives reports their meaning."""

    class Kind(models.TextChoices):
        NEW = "new", "new"
        CONTACTED = "contacted", "contacted"
        MEETING = "meeting", "meeting"
        OPPORTUNITY = "opportunity", "opportunity"
        PROPOSAL = "proposal", "proposal"
        WON = "won", "won"
        LOST = "lost", "lost"

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=Kind)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Hold(models.Model):
    """What waiting leads wait for: the same asks, once.
    Looked at again when it is due, or when people or plan change.
    """

    digest = models.CharField(max_length=64, unique=True)
    asks = models.TextField(help_text="JSON: whom the rules that matched asked for.")
    due_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveBigIntegerField(
        default=0, help_text="The revision of people at which it was last looked at."
    )
    plan = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.digest[:12]


class Lead(models.Model):
    """A person who may buy. `owner` is written by routing.assignment alone."""

    class Status(models.TextChoices):
        NEW = "new", "to be routed"
        WAITING = "waiting", "waiting for somebody able"
        POOLED = "pooled", "in the pool"
        OFFERED = "offered", "offered"
        ASSIGNED = "assigned", "assigned"
        DISQUALIFIED = "disqualified", "set aside"
        PARKED = "parked", "parked with an error"
        WITHDRAWN = "withdrawn", "withdrawn with its import"

    # What it is
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="leads", db_index=False)
    channel = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    email = models.CharField(max_length=320, blank=True)
    email_key = models.CharField(max_length=320, blank=True, editable=False)
    email_domain = models.CharField(max_length=255, blank=True, editable=False)
    free_mail = models.BooleanField(null=True, editable=False)
    phone = models.CharField(max_length=100, blank=True)
    phone_key = models.CharField(max_length=100, blank=True, editable=False)
    first_name = models.CharField(max_length=500, blank=True)
    last_name = models.CharField(max_length=500, blank=True)
    job_title = models.CharField(max_length=500, blank=True)
    company = models.CharField(max_length=500, blank=True)
    company_key = models.CharField(max_length=500, blank=True, editable=False)
    company_size = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    industry = models.CharField(max_length=500, blank=True)
    country = models.CharField(max_length=500, blank=True)
    region = models.CharField(max_length=500, blank=True)
    city = models.CharField(max_length=500, blank=True)
    postcode = models.CharField(max_length=500, blank=True)
    language = models.CharField(max_length=500, blank=True)
    timezone = models.CharField(max_length=500, blank=True)
    product = models.CharField(max_length=500, blank=True)
    budget = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    current_solution = models.CharField(max_length=500, blank=True)
    engagement = models.DecimalField(max_digits=24, decimal_places=6, null=True, blank=True)
    attributes = models.JSONField(default=dict, blank=True)
    captured_at = models.DateTimeField(default=now)
    consent = models.TextField(blank=True)

    # What became of it
    status = models.CharField(max_length=12, choices=Status, default=Status.NEW, editable=False)
    due_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When routing looks at it next; empty: not until something changes.",
    )
    urgent = models.BooleanField(default=True, editable=False, help_text="Live captures go before imports.")
    timed = models.BooleanField(
        default=True, editable=False, help_text="Whether its SLA runs; for imports only where somebody asked for it."
    )
    score = models.PositiveSmallIntegerField(default=0, editable=False)
    band = models.CharField(max_length=4, default="cold", editable=False)
    territory = models.ForeignKey(
        Territory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="leads", db_index=False
    )
    owner = models.ForeignKey(
        Rep, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="leads"
    )
    offered_to = models.ForeignKey(
        Rep,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    rule = models.CharField(max_length=80, blank=True, editable=False)
    delivery = models.CharField(max_length=8, blank=True, editable=False)
    reason = models.CharField(max_length=80, blank=True, editable=False)
    plan_version = models.ForeignKey(
        PlanVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        to_field="number",
        db_constraint=False,
        db_index=False,
    )
    hide_contact = models.BooleanField(default=False, editable=False)
    cycle = models.PositiveIntegerField(default=1, editable=False)
    routed_at = models.DateTimeField(null=True, blank=True, editable=False)
    assigned_at = models.DateTimeField(null=True, blank=True, editable=False)
    pooled_at = models.DateTimeField(null=True, blank=True, editable=False)
    waiting_since = models.DateTimeField(null=True, blank=True, editable=False)
    hold = models.ForeignKey(
        Hold,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="leads",
        db_constraint=False,
        db_index=False,
    )
    error = models.TextField(blank=True, editable=False)

    # How the work goes
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="leads", db_index=False)
    is_open = models.BooleanField(default=True, editable=False)
    first_touch_at = models.DateTimeField(null=True, blank=True, editable=False)
    working_wait = models.PositiveIntegerField(
        null=True, editable=False, help_text="Working seconds from capture to the first touch, by its owner's hours."
    )
    # When it first reached a stage of this kind; empty where it never did, or went past it.
    contacted_at = models.DateTimeField(null=True, blank=True, editable=False)
    meeting_at = models.DateTimeField(null=True, blank=True, editable=False)
    opportunity_at = models.DateTimeField(null=True, blank=True, editable=False)
    proposal_at = models.DateTimeField(null=True, blank=True, editable=False)
    won_at = models.DateTimeField(null=True, blank=True, editable=False)
    lost_at = models.DateTimeField(null=True, blank=True, editable=False)
    lost_reason = models.CharField(max_length=200, blank=True, editable=False)
    value = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    updated_at = models.DateTimeField(default=now, editable=False)

    class Meta:
        ordering = ["-captured_at", "-pk"]
        permissions = [
            ("see_all_leads", "Can see every lead"),
            ("see_all_people", "Can see every rep and team"),
            ("see_reports", "Can see reports"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~Q(external_id=""),
                name="external_id_unique_per_source",
                violation_error_message="This source has already sent a lead with this id.",
            ),
            models.UniqueConstraint(
                fields=["email_key"],
                condition=Q(is_open=True) & ~Q(email_key=""),
                name="one_open_lead_per_email",
                violation_error_message="There is an open lead with this e-mail address already.",
            ),
            models.UniqueConstraint(
                fields=["phone_key"],
                condition=Q(is_open=True) & ~Q(phone_key=""),
                name="one_open_lead_per_phone",
                violation_error_message="There is an open lead with this phone number already.",
            ),
            models.CheckConstraint(
                condition=Q(status="assigned", owner__isnull=False) | (~Q(status="assigned") & Q(owner__isnull=True)),
                name="an_assigned_lead_has_an_owner",
                violation_error_message="A lead has an owner exactly while it is assigned.",
            ),
            models.CheckConstraint(
                condition=Q(status="offered", offered_to__isnull=False)
                | (~Q(status="offered") & Q(offered_to__isnull=True)),
                name="an_offered_lead_is_offered_to_somebody",
                violation_error_message="A lead is on offer to a rep exactly while it is offered.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "captured_at", "id"],
                condition=Q(status="new", due_at__isnull=False),
                name="leads_to_route",
            ),
            models.Index(fields=["hold", "captured_at", "id"], condition=Q(status="waiting"), name="leads_waiting"),
            models.Index(
                fields=["due_at"], condition=Q(status="waiting", due_at__isnull=False), name="leads_waiting_due"
            ),
            models.Index(
                fields=["team", "band", "captured_at", "id"], condition=Q(status="pooled"), name="leads_in_pool"
            ),
            models.Index(fields=["offered_to"], condition=Q(status="offered"), name="leads_on_offer"),
            models.Index(fields=["id"], condition=Q(status="parked"), name="leads_parked"),
            models.Index(fields=["owner", "-captured_at"], condition=Q(is_open=True), name="leads_open_by_owner"),
            models.Index(fields=["team", "-captured_at"], name="leads_by_team"),
            models.Index(
                fields=["assigned_at", "id"], condition=Q(status="assigned", is_open=True), name="leads_open_since"
            ),
            models.Index(fields=["lost_at", "id"], condition=Q(lost_at__isnull=False), name="leads_lost_since"),
            models.Index(fields=["won_at"], condition=Q(won_at__isnull=False), name="leads_won_since"),
            models.Index(fields=["captured_at"], name="leads_by_capture"),
            models.Index(
                fields=["email_key", "-assigned_at"], condition=Q(owner__isnull=False), name="leads_owned_email"
            ),
            models.Index(
                fields=["phone_key", "-assigned_at"], condition=Q(owner__isnull=False), name="leads_owned_phone"
            ),
            models.Index(
                fields=["email_domain", "-assigned_at"], condition=Q(owner__isnull=False), name="leads_owned_domain"
            ),
            models.Index(
                fields=["company_key", "-assigned_at"], condition=Q(owner__isnull=False), name="leads_owned_company"
            ),
        ]

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """How people call it: the name, else the company, else its number. Never the contact details."""
        return f"{self.first_name} {self.last_name}".strip() or self.company or f"Lead {self.pk}"


class StageMove(models.Model):
    """One move of a lead to a stage. Append-only."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="moves", db_index=False)
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=now)
    by = models.ForeignKey(
        "routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["lead", "-at"], name="moves_of_a_lead")]

    def __str__(self) -> str:
        return f"Lead {self.lead_id} to {self.stage_id}"


class LeadChange(models.Model):
    """One change of a lead by a person or another system, with its origin, so that a sync need not echo it.
    Append-only.
    """

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField(default=now)
    by = models.ForeignKey("routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    origin = models.CharField(max_length=40, help_text="desk, admin, api, import, or the name of the other system.")
    kind = models.CharField(max_length=40)
    detail: Any = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["by", "-at"],
                condition=Q(kind__in=["call_started", "mail_started"]),
                name="lead_changes_started",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of lead {self.lead_id}"
