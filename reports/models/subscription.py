"""A report that somebody has sent, week by week."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from routing.models import User


class Subscription(models.Model):
    """One view of a report, as its address has it. Whoever gets it has it counted as they would see it themselves."""

    class Weekday(models.IntegerChoices):
        MONDAY = 0
        TUESDAY = 1
        WEDNESDAY = 2
        THURSDAY = 3
        FRIDAY = 4
        SATURDAY = 5
        SUNDAY = 6

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="subscriptions")
    report = models.CharField(max_length=80, help_text="Its slug.")
    query = models.CharField(max_length=1000, blank=True, help_text="What was asked, as in the address.")
    weekday = models.PositiveSmallIntegerField(choices=Weekday, default=Weekday.MONDAY)
    hour = models.PositiveSmallIntegerField(default=8, help_text="In the zone of whoever gets it.")
    with_file = models.BooleanField(default=False, help_text="With the table as CSV, where it is small.")
    active = models.BooleanField(default=True)
    trouble = models.CharField(max_length=300, blank=True, help_text="Why it was stopped.")
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="a_weekly_mail_has_a_weekday"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="a_weekly_mail_comes_at_an_hour_of_the_day"),
        ]

    def __str__(self) -> str:
        return f"{self.report} of {self.owner}"


class Addressee(models.Model):
    """One person who gets a weekly mail, with when it is due next. Ended: they did not want it any more."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="addressees")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField(null=True, help_text="Empty while it is paused or ended.")
    last_sent_at = models.DateTimeField(null=True, help_text="When the last one was handed to the mail's queue.")
    ended_at = models.DateTimeField(null=True)
    skipped = models.CharField(max_length=200, blank=True, help_text="Why the last one was not sent to them.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "user"], name="one_place_a_weekly_mail_and_person"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(due_at=None), name="what_ended_is_not_due"
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="weekly_mails_due")]

    def __str__(self) -> str:
        return f"{self.subscription} to {self.user}"
