"""What a manager fills in to reward output."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django import forms

from reports.models import WeightLine

PERIODS: Final = (30, 90, 180, 365)
"""Days to look back on."""

USUAL: Final = 90


class PeriodForm(forms.Form):
    """From which leads a proposal is made."""

    days = forms.TypedChoiceField(
        label="From the leads of", choices=[(days, f"the last {days} days") for days in PERIODS], coerce=int
    )


class LeaderboardForm(forms.Form):
    """Whether the team's reps see the leaderboard."""

    shown = forms.BooleanField(required=False)


class WeightsForm(forms.Form):
    """A weight for each line of a proposal, what was proposed to begin with."""

    def __init__(self, data: Any = None, *, lines: Sequence[WeightLine]) -> None:
        super().__init__(data, auto_id="%s")
        self.lines = lines
        for line in lines:
            self.fields[self.name(line)] = forms.IntegerField(
                label=f"Weight of {line.rep}", min_value=0, max_value=1000, initial=line.proposed
            )

    @staticmethod
    def name(line: WeightLine) -> str:
        return f"weight-{line.rep_id}"

    def field(self, line: WeightLine) -> forms.BoundField:
        return self[self.name(line)]

    @property
    def weights(self) -> dict[int, int]:
        """By rep id, once the form is valid."""
        return {line.rep_id: self.cleaned_data[self.name(line)] for line in self.lines}
