"""What a team is to reach, when its weeks are looked at, and what was seen in them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from routing.models import Rep, Team, User


class Target(models.Model):
    """A metric of a team that is watched, week by week, for each of its reps."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(max_length=120, help_text="A report's slug and a column's key, with a point between.")
    value = models.FloatField(
        null=True, blank=True, help_text="As the database counts it (times in seconds). Empty: only their own weeks."
    )
    settles_weeks = models.PositiveSmallIntegerField(
        default=0, help_text="How many weeks a week's leads are left to become something before they are judged."
    )
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["team", "metric"]
        constraints = [models.UniqueConstraint(fields=["team", "metric"], name="one_target_a_team_and_metric")]

    def __str__(self) -> str:
        return f"{self.metric} of {self.team}"


class Watch(models.Model):
    """When a team's weeks are looked at next. A watcher takes it by moving `due_at` past its lease: where it is killed,
    the same Monday is due again by itself.
    """

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="watch")
    monday = models.DateField(help_text="On which the weeks before are looked at.")
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], name="watches_due")]

    def __str__(self) -> str:
        return f"{self.team} on {self.monday}"


class EarlyWarning(models.Model):
    """That a rep's week was below the target, or well below their own last eight weeks; and how good the leads were."""

    class Kind(models.TextChoices):
        BELOW_TARGET = "below_target", "below the target"
        BELOW_OWN = "below_own", "well below their own last eight weeks"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="warnings", db_index=False)
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="warnings")
    metric = models.CharField(max_length=120)
    week = models.DateField(help_text="Its Monday.")
    kind = models.CharField(max_length=12, choices=Kind)
    value = models.FloatField()
    leads = models.PositiveIntegerField(help_text="Of how many the value is.")
    target = models.FloatField(null=True)
    own = models.FloatField(null=True, help_text="The same of their last eight weeks; empty where too little is known.")
    quality = models.FloatField(null=True, help_text="Of 100 leads like those they got, how many are won.")
    team_quality = models.FloatField(null=True, help_text="The same of those that the team got.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-week", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["team", "rep", "metric", "week"], name="one_warning_a_rep_metric_and_week"),
            models.CheckConstraint(
                condition=Q(target__isnull=False) | Q(own__isnull=False), name="a_warning_says_below_what"
            ),
        ]
        indexes = [models.Index(fields=["team", "-week", "-id"], name="warnings_by_week")]

    def __str__(self) -> str:
        return f"{self.rep}, {self.metric}, {self.week}"
