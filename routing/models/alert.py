"""What managers are alerted about: by team what counts as too long, and what is wrong now."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from .people import Team

MINUTES = [MinValueValidator(1), MaxValueValidator(60 * 24 * 90)]


class AlertKind(models.TextChoices):
    """What may be wrong with a team's leads."""

    WAITING = "waiting", "leads wait too long"
    UNCLAIMED = "unclaimed", "leads lie unclaimed too long"
    NOBODY_ON = "nobody_on", "nobody comes on"
    BREACHES = "breaches", "too many breaches"


class AlertSettings(models.Model):
    """When a team's managers are alerted. A team without a row has these defaults."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="alert_settings")
    waiting = models.BooleanField("leads that wait too long", default=True)
    waiting_minutes = models.PositiveIntegerField("longer than (minutes)", default=60, validators=MINUTES)
    unclaimed = models.BooleanField("leads that lie unclaimed too long", default=True)
    unclaimed_minutes = models.PositiveIntegerField("longer than (minutes)", default=60, validators=MINUTES)
    nobody_on = models.BooleanField("nobody comes on", default=True)
    nobody_on_hours = models.PositiveSmallIntegerField(
        "within the next (hours)",
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 14)],
        help_text="Looked at while the team should be working: within its calendar's hours, or its members' own.",
    )
    breaches = models.BooleanField("too many breaches", default=True)
    breach_percent = models.PositiveSmallIntegerField(
        "more than (percent)", default=25, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    breach_hours = models.PositiveSmallIntegerField(
        "of the last (hours)", default=24, validators=[MinValueValidator(1), MaxValueValidator(24 * 31)]
    )
    breach_at_least = models.PositiveSmallIntegerField(
        "of at least (leads)", default=5, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )

    class Meta:
        ordering = ["team"]
        verbose_name = verbose_name_plural = "alerts"

    def __str__(self) -> str:
        return f"Alerts of {self.team}"


class AlertState(models.Model):
    """Whether something is wrong with a team's leads now: one row a team and kind, of leads of no team too.

    It is told once when it begins (`raised_at`), and again only after it was over.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="alerts")
    kind = models.CharField(max_length=10, choices=AlertKind)
    raised_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)
    text = models.CharField(max_length=400, blank=True)
    detail: Any = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "kind"], name="one_alert_per_team_and_kind"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(team__isnull=True), name="one_alert_per_kind_without_team"
            ),
        ]

    def __str__(self) -> str:
        return self.text or self.kind


class AlertCheck(models.Model):
    """When it is looked next whether something is wrong. One row; its lock lets one look at a time."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_alert_check_row")]

    def __str__(self) -> str:
        return f"due at {self.due_at:%Y-%m-%d %H:%M:%S}"
