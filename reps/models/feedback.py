"""What customers say of the work: when they are asked, what was asked and answered, and who is not to be asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Avg, Count, F, FloatField, Q
from django.db.models.functions import Cast, NullIf
from django.utils.timezone import now

from routing.models import Lead, Rep, Team

RATINGS: Final = {1: "Very unhappy", 2: "Unhappy", 3: "It was all right", 4: "Happy", 5: "Very happy"}
"""What a customer may answer, in words."""

GOOD: Final = 4
"""A rating of so many, or more, counts as a good one."""

POOR: Final = 2
"""A rating of so many, or fewer, is told to the manager."""


class Occasion(models.TextChoices):
    """After what a customer is asked."""

    WON = "won", "won"
    LOST = "lost", "lost"
    MEETING = "meeting", "meeting"


class FeedbackPolicy(models.Model):
    """When customers are asked: a team's own, or (without a team) that of all teams that have none. Off until switched
    on.
    """

    team = models.OneToOneField(
        Team,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="feedback_policy",
        help_text="Empty: all teams without a policy of their own.",
    )
    active = models.BooleanField("switched on", default=False)
    after_won = models.BooleanField("after a lead is won", default=True)
    after_lost = models.BooleanField(
        "after a lead is lost", default=False, help_text="Not where nobody ever reached them."
    )
    after_meeting = models.BooleanField("after a meeting", default=False, help_text="After the first with a lead.")
    hours = models.PositiveSmallIntegerField(
        "hours later", default=24, help_text="So many hours after it was won, lost or met. 0: at once."
    )
    not_again_days = models.PositiveSmallIntegerField(
        "days until asked again",
        default=30,
        help_text="Whoever was asked less than so many days ago, about whatever lead, is not asked.",
    )
    company = models.CharField(
        "asked in the name of",
        max_length=80,
        blank=True,
        help_text="What your customers know you as, for example Fieldwise. It stands in the mail and on the page.",
    )

    class Meta:
        ordering = [F("team__name").asc(nulls_first=True), "pk"]
        verbose_name_plural = "feedback policies"
        constraints = [
            models.UniqueConstraint(
                models.Value(1),
                condition=Q(team__isnull=True),
                name="one_feedback_policy_for_the_rest",
                violation_error_message="There is a policy for all other teams already.",
            ),
            models.CheckConstraint(
                condition=Q(hours__lte=720),
                name="feedback_is_asked_within_a_month",
                violation_error_message="A month, 720 hours, is the most: later nobody remembers.",
            ),
        ]

    def __str__(self) -> str:
        return f"Feedback, {self.team or 'all other teams'}"

    def clean(self) -> None:
        """What is switched on asks after something, in somebody's name."""
        self.company = " ".join(self.company.split())
        if self.active and not self.company:
            raise ValidationError({"company": "Say in whose name customers are asked."})
        if self.active and not any(self.asks_after(occasion) for occasion in Occasion):
            raise ValidationError({"after_won": "Choose after what customers are asked."})

    def asks_after(self, occasion: str) -> bool:
        """Whether customers are asked after this."""
        return bool(getattr(self, f"after_{occasion}"))


class FeedbackOptOut(models.Model):
    """Somebody who is not to be asked again. Kept is a keyed hash of their address, which outlives their data."""

    person = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Not to be asked since {self.at:%Y-%m-%d}"


class FeedbackQuerySet(models.QuerySet["FeedbackRequest"]):
    """What reports count, and what the work asks."""

    def counted(self) -> Self:
        """Those that count: asked, and of a lead that was not withdrawn with its import."""
        return self.filter(sent_at__isnull=False).exclude(lead__status=Lead.Status.WITHDRAWN)

    def asked_between(self, since: datetime, until: datetime) -> Self:
        """Asked from an instant on, and before another."""
        return self.filter(sent_at__gte=since, sent_at__lt=until)

    def measured(self, *by: str) -> models.QuerySet[Any, Any]:
        """One row for each of `by` (say "rep", "team", "lead__source"; or one for all), in one query: `asked`,
        `answered`, `mean_rating` (1 to 5) and `good_share` (of 4 and 5 among answers, 0 to 1); the last two None where
        nobody answered.
        """
        answered = Count("pk", filter=Q(rating__isnull=False))
        good = Count("pk", filter=Q(rating__gte=GOOD))
        rows: models.QuerySet[Any, Any] = (
            self.order_by(*by).values(*by) if by else self.order_by().annotate(all=models.Value(1)).values("all")
        )
        return rows.annotate(
            asked=Count("pk"),
            answered=answered,
            mean_rating=Avg("rating", output_field=FloatField()),
            good_share=Cast(good, FloatField()) / NullIf(Cast(answered, FloatField()), 0.0),
        )

    def unanswered(self) -> Self:
        """Those that may still be answered."""
        return self.filter(answered_at=None).exclude(state=FeedbackRequest.State.DROPPED)

    def asked_lately(self, *, at: datetime, days: int) -> Self:
        """Those of people who are, or were lately, asked: another request would come too soon after them."""
        since = at - timedelta(days=days)
        return self.filter(Q(sent_at__gt=since) | Q(state=FeedbackRequest.State.WAITING))


class FeedbackRequest(models.Model):
    """One customer asked once about one occasion: 1 to 5 and a word. One for a lead and occasion.

    `person` is a keyed hash of their address, by which it is known whom not to ask too often.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "to be asked"
        ASKED = "asked", "asked"
        ANSWERED = "answered", "answered"
        DROPPED = "dropped", "not asked after all"
        FAILED = "failed", "could not be sent"

    UNSENT: ClassVar = (State.WAITING, State.FAILED)

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="feedback")
    rep = models.ForeignKey(
        Rep,
        on_delete=models.PROTECT,
        null=True,
        related_name="feedback",
        help_text="Whose work it is about. Empty: nobody had the lead.",
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    occasion = models.CharField("after", max_length=8, choices=Occasion)
    happened_at = models.DateTimeField(help_text="When it was won, lost or met.")
    due_at = models.DateTimeField(help_text="When it is to be asked.")
    person = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    because = models.CharField(max_length=200, blank=True, help_text="Why it was not asked after all.")
    sent_at = models.DateTimeField("asked at", null=True)
    answered_at = models.DateTimeField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    words = models.TextField(blank=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        ordering = ["-happened_at", "-pk"]
        verbose_name = "feedback"
        verbose_name_plural = "feedback"
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "occasion"], condition=~Q(state="dropped"), name="one_feedback_a_lead_and_occasion"
            ),
            # So that of two leads of one person, closed at the same moment, one is asked about.
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="waiting"), name="one_waiting_feedback_a_person"
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="a_rating_is_from_1_to_5"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", rating__isnull=False, answered_at__isnull=False, sent_at__isnull=False)
                | (~Q(state="answered") & Q(rating__isnull=True, answered_at__isnull=True)),
                name="answered_feedback_has_a_rating",
            ),
        ]
        indexes = [
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="feedback_by_asking"),
            models.Index(fields=["person", "-sent_at"], name="feedback_of_a_person"),
            models.Index(fields=["-happened_at", "-id"], name="feedback_by_time"),
        ]

    def __str__(self) -> str:
        return f"Feedback of lead {self.lead_id} after {self.get_occasion_display()}"

    @property
    def in_words(self) -> str:
        """The rating in words; empty without one."""
        return RATINGS.get(self.rating or 0, "")
