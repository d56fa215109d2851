"""What a manager fills in to set a target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from reports.targets.metrics import Metric, metrics
from routing.models import Team

SETTLES: Final = (
    ("", "as usual for it"),
    (0, "at once"),
    (2, "after 2 weeks"),
    (4, "after 4 weeks"),
    (8, "after 8 weeks"),
    (13, "after 13 weeks"),
)


class TargetForm(forms.Form):
    """One target of one team. The value is in the metric's unit; empty: watched against their own weeks only."""

    team = forms.ModelChoiceField(Team.objects.none(), to_field_name="slug", widget=forms.HiddenInput)
    metric = forms.ChoiceField()
    value = forms.DecimalField(required=False, min_value=0, max_value=1_000_000, max_digits=10, decimal_places=2)
    settles_weeks = forms.TypedChoiceField(
        required=False, label="Judged", choices=SETTLES, coerce=int, empty_value=None
    )

    def __init__(self, data: Any = None, *, teams: Any, team: Team | None = None) -> None:
        initial = {"team": team.slug} if team else None
        super().__init__(data, initial=initial, auto_id=f"{team.slug if team else 'target'}-%s")
        fields: dict[str, Any] = self.fields
        fields["team"].queryset = teams
        fields["metric"].choices = [("", "choose…"), *grouped(metrics().values())]
        fields["value"].widget.attrs["inputmode"] = "decimal"

    def clean_value(self) -> float | None:
        """As the database counts it."""
        value = self.cleaned_data["value"]
        metric = metrics().get(self.data.get("metric", ""))
        if value is None or metric is None:
            return None
        if metric.is_share and value > 100:
            raise forms.ValidationError("A share is 100 % at most.")
        return float(value) * metric.scale

    @property
    def chosen(self) -> Metric:
        return metrics()[self.cleaned_data["metric"]]

    @property
    def weeks(self) -> int:
        chosen = self.cleaned_data["settles_weeks"]
        return self.chosen.settles_weeks if chosen is None else int(chosen)


def grouped(found: Iterable[Metric]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Metrics as a menu: by report, each with its unit and which way is good."""
    menu: dict[str, list[tuple[str, str]]] = {}
    for one in found:
        way = "at least" if one.more_is_better else "at most"
        menu.setdefault(one.report.title, []).append((one.slug, f"{one.label}, {way} … {one.unit}"))
    return list(menu.items())
