"""What is chosen of an export: a period of days in the viewer's zone, a team, a source, and for which program."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import make_aware

from routing.models import Source, Team

from .asked import Asked

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ExportForm(forms.Form):
    """Every field may be left empty."""

    since = forms.DateField(required=False, label="From", widget=DAY, input_formats=["%Y-%m-%d"])
    until = forms.DateField(required=False, label="To (included)", widget=DAY, input_formats=["%Y-%m-%d"])
    team = forms.ModelChoiceField(Team.objects.none(), required=False, to_field_name="slug", empty_label="All")
    source = forms.ModelChoiceField(
        Source.objects.order_by("name", "pk"), required=False, to_field_name="slug", empty_label="All"
    )
    bom = forms.BooleanField(required=False, label="For Excel: mark it as UTF-8")

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams.order_by("name", "pk")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        since, until = found.get("since"), found.get("until")
        if since and until and until < since:
            self.add_error("until", "It ends before it begins.")
        return found

    def asked(self) -> Asked:
        """What was chosen. The form is valid."""
        chosen = self.cleaned_data
        team, source, until = chosen["team"], chosen["source"], chosen["until"]
        return Asked(
            since=_midnight(chosen["since"]),
            until=_midnight(until + timedelta(days=1) if until and until < date.max else None),
            team=team.slug if team else "",
            source=source.slug if source else "",
        )


def _midnight(day: date | None) -> datetime | None:
    return make_aware(datetime.combine(day, time.min)) if day else None
