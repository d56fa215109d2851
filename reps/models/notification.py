"""What somebody is told: on the page, and by what goes out."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from routing.models import Event, Team, User

from .feedback import FeedbackRequest


class Notification(models.Model):
    """One piece of news for one person, or for a team's channel.

    It holds no name and no contact detail: the words are made when they are read, of what the reader may see then.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="notifications")
    day = models.DateField(null=True, help_text="Of a daily digest, which comes of no event.")
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="notifications", db_index=False)
    channel_of = models.ForeignKey(
        Team,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The team whose channel is told; then there is no person.",
    )
    kind = models.CharField(max_length=40)
    at = models.DateTimeField(default=now)
    count = models.PositiveIntegerField(default=1, help_text="How many events this one tells of.")
    gathering = models.BooleanField(default=False, help_text="More of the same is added to it for a while.")
    veiled = models.BooleanField(default=False, help_text="That it is so, and nothing of the lead, may be told.")
    figures: Any = models.JSONField(null=True, help_text="Of a digest: what was counted.")
    on_page = models.BooleanField(default=True)
    in_browser = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, channel_of=None) | Q(user=None, channel_of__isnull=False),
                name="a_notification_is_for_a_person_or_a_channel",
            ),
            models.UniqueConstraint(fields=["event", "user"], name="an_event_is_told_a_person_once"),
            models.UniqueConstraint(fields=["event", "channel_of"], name="an_event_is_told_a_channel_once"),
            models.UniqueConstraint(
                fields=["user", "day"], condition=Q(day__isnull=False), name="one_digest_a_person_and_day"
            ),
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=Q(gathering=True, user__isnull=False),
                name="one_gathering_a_person_and_kind",
            ),
            models.UniqueConstraint(
                fields=["channel_of", "kind"],
                condition=Q(gathering=True, channel_of__isnull=False),
                name="one_gathering_a_channel_and_kind",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-at", "-id"], condition=Q(on_page=True), name="notifications_on_page"),
            models.Index(
                fields=["user", "-id"], condition=Q(on_page=True, read_at__isnull=True), name="notifications_unread"
            ),
            models.Index(fields=["at"], name="notifications_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.user or self.channel_of}"


class Delivery(models.Model):
    """One message that goes out, over one channel, of one notification, or that asks a customer for feedback. At least
    once; twice only where a sender died.

    A sender takes it by moving `next_at` past its lease: where the sender is killed, it is due again by itself.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", "e-mail"
        WEBHOOK = "webhook", "team's channel"

    class State(models.TextChoices):
        QUEUED = "queued", "to be sent"
        SENT = "sent", "sent"
        FAILED = "failed", "failed, to be tried again"
        DEAD = "dead", "given up"

    OPEN: ClassVar = (State.QUEUED, State.FAILED)

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, related_name="deliveries")
    feedback = models.OneToOneField(FeedbackRequest, on_delete=models.CASCADE, null=True, related_name="delivery")
    channel = models.CharField(max_length=8, choices=Channel)
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    next_at = models.DateTimeField(default=now, help_text="When it is sent, or tried again.")
    attempts = models.PositiveSmallIntegerField(default=0)
    taken = models.PositiveIntegerField(default=0, help_text="How often a sender took it: which one has it now.")
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="one_delivery_a_notification_and_channel"),
            models.CheckConstraint(
                condition=Q(notification__isnull=False, feedback=None) | Q(notification=None, feedback__isnull=False),
                name="a_delivery_is_of_news_or_of_feedback",
            ),
        ]
        indexes = [
            models.Index(
                fields=["channel", "next_at", "id"],
                condition=Q(state__in=["queued", "failed"]),
                name="deliveries_due",
            ),
            models.Index(fields=["-id"], condition=Q(state="dead"), name="deliveries_dead"),
            models.Index(fields=["created_at"], condition=Q(feedback__isnull=False), name="deliveries_of_feedback"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"

    @property
    def news(self) -> Notification:
        """The notification that goes out; for those that carry one."""
        assert self.notification is not None
        return self.notification
