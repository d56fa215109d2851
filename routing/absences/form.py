"""What is filled in to book an absence, at the desk and in the admin."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms

from routing.engine.absences import KINDS, Asked, read_back, spelled
from routing.engine.calendars import Calendar
from routing.models import Rep, TimeOff

from .booking import Span, colleagues_of

EARLIEST, LATEST = date(1990, 1, 1), date(2200, 1, 1)


class AbsenceForm(forms.Form):
    """Whole days, half a day by the calendar's hours, or exact times; who covers; a note."""

    kind = forms.ChoiceField(choices=list(KINDS.items()), initial="days", widget=forms.RadioSelect, label="How long")
    first = forms.DateField(widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), label="From")
    last = forms.DateField(
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), required=False, label="Until, included"
    )
    starts = forms.TimeField(
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"), required=False, label="From what time"
    )
    ends = forms.TimeField(
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"), required=False, label="Until what time"
    )
    cover = forms.ModelChoiceField(Rep.objects.none(), required=False, empty_label="Nobody", label="Who covers")
    note = forms.CharField(
        required=False, max_length=200, label="Note", help_text="For the rep and their managers only."
    )

    def __init__(self, *args: Any, rep: Rep, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.calendar = calendar
        self.fields["cover"].queryset = colleagues_of(rep)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """With `span`, from when until when."""
        filled = super().clean() or self.cleaned_data
        first, kind = filled.get("first"), filled.get("kind")
        if first is None or not kind:
            return filled
        last = filled.get("last") or first
        if not (EARLIEST <= first <= LATEST and EARLIEST <= last <= LATEST):
            self.add_error("first", "That is no date to plan with.")
            return filled
        if kind == "times":
            for name in ("starts", "ends"):
                if filled.get(name) is None and name not in self.errors:
                    self.add_error(name, "Say the time.")
            if self.errors:
                return filled
        asked = Asked(kind, first, last)
        if kind == "times":
            asked = Asked(kind, first, last, filled["starts"], filled["ends"])
        try:
            filled["span"] = Span(*spelled(asked, self.calendar))
        except ValueError as error:
            self.add_error("last", str(error))
        return filled


def filled_from(absence: TimeOff, calendar: Calendar) -> dict[str, Any]:
    """The form of an absence as it is booked."""
    asked = read_back(absence.starts_local, absence.ends_local, calendar)
    return {
        "kind": asked.kind,
        "first": asked.first,
        "last": asked.last,
        "starts": asked.starts if asked.kind == "times" else None,
        "ends": asked.ends if asked.kind == "times" else None,
        "cover": absence.cover_id,
        "note": absence.note,
    }


def beginning(at: datetime, calendar: Calendar) -> dict[str, Any]:
    """The empty form: today, where the rep is."""
    return {"kind": "days", "first": at.astimezone(calendar.zone).date()}
