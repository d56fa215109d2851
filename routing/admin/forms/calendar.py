"""The form of a calendar: its hours day by day, and when it is closed."""

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms

from routing.models import Calendar
from routing.plan.document import people
from routing.plan.document.finding import Findings
from routing.plan.document.hours import WEEKDAYS

from ..base import Choose, TextArea
from ..rows import Column, LinesField, RowsField
from .reading import SluggedForm

WEEKDAY_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


def _hour_rows(value: Any) -> list[dict[str, Any]]:
    hours = value if isinstance(value, dict) else {}
    return [{"day": WEEKDAY_NAMES[day], "open": ", ".join(map(str, _as_spans(hours.get(day, []))))} for day in WEEKDAYS]


def _hours_of(rows: list[dict[str, str]]) -> dict[str, Any]:
    spans = {
        day: [span.strip() for span in row["open"].split(",") if span.strip()]
        for day, row in zip(WEEKDAYS, rows, strict=False)
    }
    return {day: listed for day, listed in spans.items() if listed}


def _as_spans(spans: Any) -> Any:
    """Hours as the file writes them: `09:00-17:30`, where the canonical form has pairs."""
    if not isinstance(spans, list):
        return spans
    return ["-".join(map(str, span)) if isinstance(span, list) else span for span in spans]


class CalendarForm(SluggedForm):
    """When somebody works."""

    columns: ClassVar[dict[str, str]] = {
        "timezone": "timezone",
        "hours": "hours",
        "holidays": "holidays",
        "closed": "closed",
    }
    timezone = forms.ChoiceField(label="Time zone", widget=Choose)
    hours = RowsField(
        [Column("day", "Day", kind="fixed"), Column("open", "Open", placeholder="closed")],
        to_rows=_hour_rows,
        from_rows=_hours_of,
        fixed=True,
        help_text="For example 09:00-12:00, 13:00-17:30. A span may run past midnight: 22:00-06:00. All blank: always.",
    )
    closed = LinesField(
        label="Closed days",
        widget=TextArea(attrs={"rows": 3}),
        help_text="Beside the holidays; one on a line, like 2026-12-24.",
    )

    class Meta:
        model = Calendar
        fields = ("name", "slug", "timezone", "hours", "holidays", "closed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted({*available_timezones(), self.instance.timezone})
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        if isinstance(item["hours"], dict):
            item["hours"] = {day: _as_spans(spans) for day, spans in item["hours"].items()} or None
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        return people.a_calendar(item, "", found)
