"""The plan as it is being drafted, and the immutable versions that were published from it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from .people import Rep, Team, User


class Archivable(models.Model):
    """Something history may refer to: it is archived, never deleted, and its slug stays when its name changes."""

    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Territory(Archivable):
    """A named piece of the market, in a tree, with a team and perhaps only some of its reps."""

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    where = models.JSONField(default=list, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="territories")
    reps: Any = models.JSONField(
        null=True, blank=True, help_text="Only these usernames, of the team. Empty: all of it."
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True, help_text="Excluded.")

    class Meta(Archivable.Meta):
        verbose_name_plural = "territories"
        constraints = [models.UniqueConstraint(fields=["slug"], name="territory_slug")]


class ScoreRule(Archivable):
    """Points for a lead that meets conditions; may be negative."""

    points = models.IntegerField(default=0)
    when = models.JSONField(default=dict)

    class Meta(Archivable.Meta):
        constraints = [models.UniqueConstraint(fields=["slug"], name="score_slug")]


class Disqualifier(Archivable):
    """Conditions that set a lead aside, with the reason."""

    reason = models.CharField(max_length=200, blank=True)
    when = models.JSONField(default=dict)

    class Meta(Archivable.Meta):
        constraints = [models.UniqueConstraint(fields=["slug"], name="disqualifier_slug")]


class SlaPolicy(Archivable):
    """How fast a lead must be answered, and what happens when it is not."""

    clock = models.CharField(max_length=8, default="always")
    steps = models.JSONField(default=list, help_text='Each {"after": seconds, "do": "remind"}.')
    unclaimed = models.JSONField(
        default=list, blank=True, help_text="The same for leads that lie in a pool or wait, and that nobody owns."
    )

    class Meta(Archivable.Meta):
        verbose_name = "SLA policy"
        verbose_name_plural = "SLA policies"
        constraints = [models.UniqueConstraint(fields=["slug"], name="sla_slug")]


class Rule(Archivable):
    """One sentence of the plan: which leads, to whom, how, and how fast.
    The last, without conditions, is the catch-all.
    """

    when: Any = models.JSONField(null=True, blank=True)
    to_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    to_territory = models.BooleanField(default=False)
    to_rep = models.ForeignKey(Rep, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    delivery = models.CharField(max_length=8, default="assign")
    order = models.CharField(max_length=16, default="round_robin")
    on_shift = models.BooleanField(default=False)
    skills = models.JSONField(default=dict, blank=True)
    skills_from = models.JSONField(default=list, blank=True)
    seniority_at_least = models.PositiveSmallIntegerField(null=True, blank=True)
    seniority_at_most = models.PositiveSmallIntegerField(null=True, blank=True)
    offer_minutes = models.PositiveIntegerField(null=True, blank=True)
    hide_contact = models.BooleanField(default=False)
    when_nobody = models.CharField(max_length=12, default="wait", help_text="wait, next_rule, anyone or team.")
    when_nobody_team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    sla = models.ForeignKey(SlaPolicy, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")

    class Meta(Archivable.Meta):
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="rule_slug"),
            models.CheckConstraint(
                condition=Q(to_team__isnull=False, to_territory=False, to_rep__isnull=True)
                | Q(to_team__isnull=True, to_territory=True, to_rep__isnull=True)
                | Q(to_team__isnull=True, to_territory=False, to_rep__isnull=False),
                name="rule_goes_to_exactly_one",
                violation_error_message="A rule goes to a team, to the lead's territory, or to one rep.",
            ),
        ]


def default_returning() -> dict[str, Any]:
    """Leads return to an owner of the same person or company for 90 days, unless the plan says otherwise."""
    return {"match": ["email", "phone", "company"], "days": 90}


class PlanSettings(models.Model):
    """What the plan says once: its name, its bands, returning leads. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=200, default="LeadOps")
    qualifies = models.BooleanField(default=False, help_text="Without qualification every lead scores 0 and is cold.")
    hot = models.PositiveSmallIntegerField(default=70)
    warm = models.PositiveSmallIntegerField(default=40)
    returning: Any = models.JSONField(default=default_returning, null=True, blank=True)

    class Meta:
        verbose_name_plural = "plan settings"
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_plan_settings_row")]

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """A published plan: canonical text with its digest. Never changes."""

    number = models.PositiveIntegerField(unique=True)
    document = models.TextField()
    digest = models.CharField(max_length=64, db_index=True)
    note = models.CharField(max_length=500, blank=True)
    published_at = models.DateTimeField(default=now)
    published_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    moves_clocks = models.BooleanField(
        default=False, help_text="Clocks that were running when it was published are still to be moved to its policies."
    )

    class Meta:
        ordering = ["-number"]

    def __str__(self) -> str:
        return f"Version {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            raise TypeError("A published version never changes; publish a new one.")
        super().save(*args, **kwargs)


class Revision(models.Model):
    """One row that says whether a cached roster or plan is still the present one.

    `people` grows with every change of people; `plan` is the number of the version in force (0: none yet).
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    people = models.PositiveBigIntegerField(default=1)
    plan = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_revision_row")]

    def __str__(self) -> str:
        return f"people {self.people}, plan {self.plan}"
