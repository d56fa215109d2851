"""Who can take a lead: users, reps, teams and what they can do. Live at once; every change of weight is logged."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now


class User(AbstractUser):
    """Somebody who logs in. A rep may have one; managers, analysts and operators have nothing else."""

    timezone = models.CharField(
        max_length=64, blank=True, help_text="For example Europe/Berlin. Empty: the site's zone."
    )

    class Meta(AbstractUser.Meta):
        ordering = ["username"]


class Calendar(models.Model):
    """When somebody works: a time zone, weekly hours, public holidays and closed dates."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120, blank=True)
    timezone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(
        default=dict, blank=True, help_text='Local spans by day, for example {"mon": [["09:00", "17:30"]]}.'
    )
    holidays = models.CharField(max_length=40, blank=True, help_text="A country or subdivision, for example US-IL.")
    closed = models.JSONField(default=list, blank=True, help_text="Dates on which nobody works, as YYYY-MM-DD.")
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name or self.slug


class CapsMixin(models.Model):
    """The most leads somebody holds open, or gets in a calendar period. Empty means no cap."""

    cap_open = models.PositiveIntegerField("open leads at most", null=True, blank=True)
    cap_hour = models.PositiveIntegerField("leads an hour at most", null=True, blank=True)
    cap_day = models.PositiveIntegerField("leads a day at most", null=True, blank=True)
    cap_week = models.PositiveIntegerField("leads a week at most", null=True, blank=True)
    cap_month = models.PositiveIntegerField("leads a month at most", null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def caps(self) -> dict[str, int]:
        """The caps that are set, by kind: open, hour, day, week, month."""
        kinds = ("open", "hour", "day", "week", "month")
        return {kind: value for kind in kinds if (value := getattr(self, f"cap_{kind}")) is not None}

    @caps.setter
    def caps(self, value: dict[str, int]) -> None:
        for kind in ("open", "hour", "day", "week", "month"):
            setattr(self, f"cap_{kind}", value.get(kind))


class Skill(models.Model):
    """Something a rep can be good at: an industry, a product, a language."""

    slug = models.CharField(max_length=80, unique=True)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class Rep(CapsMixin):
    """Somebody who sells. May exist without a log-in of their own."""

    username = models.CharField(max_length=150, unique=True)
    user = models.OneToOneField("routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="rep")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    calendar = models.ForeignKey(
        Calendar,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reps",
        help_text="Empty: always open, UTC.",
    )
    seniority = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(5)])
    active = models.BooleanField(default=True)
    accepting = models.BooleanField("taking leads", default=True, help_text="The rep's own switch.")
    paused_until = models.DateTimeField(null=True, blank=True, help_text="The switch comes back on by itself then.")

    class Meta:
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seniority__gte=1, seniority__lte=5),
                name="rep_seniority_1_to_5",
                violation_error_message="Seniority goes from 1 to 5.",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.username


class RepSkill(models.Model):
    """How well a rep knows a skill: 1 knows it, 3 is the one to ask."""

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="skill_levels")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="levels")
    level = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(3)])

    class Meta:
        ordering = ["rep", "skill__slug"]
        constraints = [
            models.UniqueConstraint(fields=["rep", "skill"], name="one_level_per_rep_and_skill"),
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=3),
                name="skill_level_1_to_3",
                violation_error_message="A level goes from 1 to 3.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep}: {self.skill} {self.level}"


def default_counts() -> dict[str, bool]:
    """What a team's ledger counts beside pushes, unless the team says otherwise."""
    return {"manual": True, "claim": False, "pick": False, "blind": False}


def default_credit() -> list[str]:
    """The reasons for giving a lead back that reverse its posting."""
    return ["bad_data", "duplicate", "not_a_lead", "no_show"]


class Team(models.Model):
    """Reps who share leads, with one ledger between them."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    managers = models.ManyToManyField(User, blank=True, related_name="managed_teams")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, null=True, blank=True, related_name="teams")
    counts = models.JSONField(default=default_counts)
    make_up = models.JSONField(null=True, blank=True)
    credit = models.JSONField(default=default_credit, blank=True)
    channel_url = models.URLField(
        "channel",
        max_length=500,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="A Slack-compatible incoming webhook, for example https://hooks.slack.com/services/T0/B0/x. The "
        "team's news goes there, without names of leads. Whoever knows the address can post there. Empty: no channel.",
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class Membership(CapsMixin):
    """A rep's place in a team: position, weight, and caps on this team's leads."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="memberships")
    position = models.PositiveIntegerField(default=0)
    weight = models.PositiveIntegerField(default=1, validators=[MaxValueValidator(1000)])

    class Meta:
        ordering = ["team", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "rep"], name="one_membership_per_team_and_rep"),
            models.CheckConstraint(
                condition=Q(weight__lte=1000),
                name="weight_0_to_1000",
                violation_error_message="A weight goes from 0 to 1000.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep} in {self.team}"


class PeopleChange(models.Model):
    """One change of a switch, a calendar, a membership or an absence. Append-only; availability is counted from it."""

    at = models.DateTimeField(default=now)
    by = models.ForeignKey("routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=40)
    rep = models.ForeignKey(Rep, on_delete=models.SET_NULL, null=True, blank=True, related_name="changes")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="changes")
    before: Any = models.JSONField(null=True, blank=True)
    after: Any = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["rep", "kind", "at"], name="people_change_by_rep")]

    def __str__(self) -> str:
        return f"{self.kind} {self.rep or self.team or ''} at {self.at:%Y-%m-%d %H:%M}"
