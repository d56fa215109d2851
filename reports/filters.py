"""What may be asked in the address of a report: read, checked against what the viewer may ask, and written again."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from reports.asked import Asked
from reports.dimensions import ATTRIBUTE, DIMENSIONS
from reports.period import ALL, BETWEEN, PRESETS, USUAL, Period, period
from reports.report import FILTERS, Report
from reports.scope import scope_of
from routing import access
from routing.models import Rep, Source, Team, User
from routing.plan.rule_names import rule_names

BANDS: Final = (("", "All bands"), ("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold"))


class ReportFilter(forms.Form):
    """The form above a report. It asks for nothing that this report or this viewer has not."""

    period = forms.ChoiceField(required=False)
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))
    group = forms.CharField(required=False, label="By", max_length=100)
    team = forms.ModelChoiceField(Team.objects.none(), required=False, to_field_name="slug", empty_label="All teams")
    rep = forms.ModelChoiceField(Rep.objects.none(), required=False, to_field_name="username", empty_label="Everybody")
    source = forms.ModelChoiceField(
        Source.objects.none(), required=False, to_field_name="slug", empty_label="All sources"
    )
    band = forms.ChoiceField(required=False, choices=BANDS)
    rule = forms.CharField(required=False, max_length=80)
    compare = forms.BooleanField(required=False, label="Compare with the days before")
    sort = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | dict[str, Any], *, report: Report, viewer: User, at: datetime, zone: ZoneInfo):
        asked = {name: data[name] for name in data}
        if not asked.get("period"):
            asked["period"] = BETWEEN if asked.get("since") or asked.get("until") else USUAL
        super().__init__(asked, auto_id="f-%s")
        self.report, self.viewer, self.at, self.zone = report, viewer, at, zone
        self.scope = scope_of(viewer)
        fields: dict[str, Any] = self.fields
        named = [(slug, words) for slug, (words, _) in PRESETS.items()]
        fields["period"].choices = [*named, (ALL, "All time"), (BETWEEN, "Between two days")]
        fields["team"].queryset = access.counted_teams(viewer).order_by("name", "pk")
        fields["rep"].queryset = access.counted_reps(viewer).order_by("name", "pk")
        fields["source"].queryset = Source.objects.order_by("name", "pk")
        fields["group"].widget = forms.Select(choices=self.groupings())
        fields["rule"].widget = forms.Select(choices=[("", "All rules"), *self.rules()])
        unasked = set(FILTERS) - set(report.filters)
        if self.scope.rep is not None:
            unasked.add("rep")
        if not report.has_period:
            unasked |= {"period", "since", "until", "compare"}
        for name in unasked:
            del fields[name]

    def groupings(self) -> list[tuple[str, str]]:
        """What this viewer may group this report by. A rep is told of no colleague."""
        mine = self.scope.rep is not None and not self.report.tells_colleagues
        found = [(slug, DIMENSIONS[slug].label) for slug in self.report.groupings if not (mine and slug == "rep")]
        asked = self.data.get("group", "")
        if asked.startswith(ATTRIBUTE) and self.may_ask(asked):
            found.append((asked, asked.removeprefix(ATTRIBUTE)))
        return found

    def may_ask(self, group: str) -> bool:
        """Whether something that a source sent may be grouped by: not by whoever sees nobody's details."""
        return bool(self.report.groupings) and access.shows_contact(self.viewer) and "source" in self.report.groupings

    def rules(self) -> list[tuple[str, str]]:
        """The rules of the plan in force, and the one asked for where it is none of them."""
        if "rule" not in self.report.filters:
            return []
        names = rule_names()
        asked = self.data.get("rule", "")
        return [*names.items(), *([(asked, asked)] if asked and asked not in names else [])]

    def clean_group(self) -> str:
        allowed = [slug for slug, _ in self.groupings()]
        asked: str = self.cleaned_data["group"]
        if not asked:
            return allowed[0] if allowed else ""
        if asked not in allowed:
            raise forms.ValidationError(f"This report is not told by {asked!r}: by one of {', '.join(allowed)}.")
        return asked

    def clean_sort(self) -> str:
        asked: str = self.cleaned_data["sort"]
        known = {"label", *(column.key for column in self.report.told)}
        if asked and asked.removeprefix("-") not in known:
            raise forms.ValidationError(f"This report has no column {asked!r}.")
        return asked

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                cleaned["asked_period"] = self.asked_period(cleaned)
            except ValueError as wrong:
                self.add_error("until", str(wrong))
        return cleaned

    def asked_period(self, cleaned: dict[str, Any]) -> Period:
        """Dates count only between them. Raises ValueError for days in the wrong order or out of the calendar."""
        since, until = cleaned.get("since"), cleaned.get("until")
        if any(day and not 1970 <= day.year <= 9000 for day in (since, until)):
            raise ValueError("A day between 1970 and 9000.")
        named = cleaned.get("period") or USUAL
        if named != BETWEEN:  # dates may be left standing beside a name
            return period(named, at=self.at, zone=self.zone)
        return period(USUAL, at=self.at, zone=self.zone, since=since, until=until)

    @property
    def first_asks(self) -> list[forms.BoundField]:
        """What stands above every report."""
        names = ("period", "since", "until", "group", "compare")
        return [
            self[name]
            for name in names
            if name in self.fields and not (name == "group" and self.has_one_way and "group" not in self.errors)
        ]

    @property
    def more_asks(self) -> list[forms.BoundField]:
        """What narrows it down."""
        return [self[name] for name in FILTERS if name in self.fields]

    @property
    def narrowed(self) -> bool:
        """Whether any of these was used."""
        return any(self.data.get(field.name) for field in self.more_asks)

    @property
    def has_one_way(self) -> bool:
        """Whether there is nothing to choose to group by."""
        return len(self.groupings()) < 2

    def asked(self) -> Asked:
        """What was asked, once the form is valid."""
        cleaned = self.cleaned_data
        return Asked(
            viewer=self.viewer,
            scope=self.scope,
            at=self.at,
            period=cleaned["asked_period"],
            group=cleaned["group"],
            compare=bool(cleaned.get("compare")),
            team=cleaned.get("team"),
            rep=cleaned.get("rep"),
            source=cleaned.get("source"),
            band=cleaned.get("band", ""),
            rule=cleaned.get("rule", ""),
            sort=cleaned["sort"],
        )
