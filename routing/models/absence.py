"""When somebody is away, and who covers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, time
from typing import Any, Final

from django.db import models
from django.db.models import F, Q
from django.dispatch import Signal
from django.utils.timezone import now

from .people import Rep

absences_written: Final = Signal()
"""Sent before and after (`done`) absences are written many at a time, which sends none of Django's own signals."""


class Absences(models.QuerySet["TimeOff"]):
    """Absences; writing many at once says so, for leads may wait for somebody who is back."""

    def update(self, **values: Any) -> int:
        with self._said():
            return super().update(**values)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> Any:
        rows = list(objs)
        if not rows:
            return rows
        with self._said():
            return super().bulk_create(rows, *args, **kwargs)

    @contextmanager
    def _said(self) -> Iterator[None]:
        absences_written.send(TimeOff, using=self.db, done=False)
        yield
        absences_written.send(TimeOff, using=self.db, done=True)

    def between(self, first: str, last: str) -> Absences:
        """Those that fall between two local moments, which are ISO 8601 and compare as text; the end is excluded."""
        return self.filter(starts_local__lt=last, ends_local__gt=first)


class TimeOff(models.Model):
    """An absence, in the local time of the rep's calendar; the end is excluded.

    A half day is a plain span too: up to, or from, the middle of the working day as the calendar had it when the
    absence was booked. Who covers is told to people; it changes nothing about who gets a lead.
    """

    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="time_off")
    starts_local = models.CharField(max_length=19, help_text="Local wall clock, for example 2026-01-05T00:00:00.")
    ends_local = models.CharField(max_length=19, help_text="Excluded, for example 2026-01-10T00:00:00.")
    note = models.CharField(max_length=200, blank=True, help_text="For the rep and their managers only.")
    cover = models.ForeignKey(Rep, on_delete=models.SET_NULL, null=True, blank=True, related_name="covers")
    booked_by = models.ForeignKey(
        "routing.User", on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(default=now, editable=False)

    objects = Absences.as_manager()
    written = absences_written

    class Meta:
        ordering = ["rep", "starts_local", "pk"]
        verbose_name_plural = "time off"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_local__lt=F("ends_local")),
                name="time_off_ends_after_it_starts",
                violation_error_message="Time off must end after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=F("rep")),
                name="nobody_covers_for_themselves",
                violation_error_message="Somebody else has to cover.",
            ),
        ]
        indexes = [models.Index(fields=["ends_local", "rep"], name="time_off_by_end")]

    def __str__(self) -> str:
        return f"{self.rep}: {self.starts_local} to {self.ends_local}"

    @property
    def back_words(self) -> str:
        """When they are back: "Mon 30 Nov", with the hour where it is not midnight."""
        ends = datetime.fromisoformat(self.ends_local)
        day = f"{ends:%a} {ends.day} {ends:%b}"
        return day if ends.time() == time() else f"{day}, {ends:%H:%M}"
