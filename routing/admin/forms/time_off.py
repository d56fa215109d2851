"""The form of an absence."""

from typing import Any

from django import forms

from routing.models import TimeOff
from routing.plan.document.finding import BAD, Findings
from routing.plan.document.scalars import a_local_time


class TimeOffForm(forms.ModelForm):
    """An absence; a date alone is its midnight."""

    class Meta:
        model = TimeOff
        fields = "__all__"  # noqa: DJ007

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for field in ("starts_local", "ends_local"):
            if not values.get(field):
                continue
            found = Findings()
            read = a_local_time(values[field], field, found)
            if read is BAD:
                self.add_error(field, found.all[0].message)
            else:
                values[field] = read
        return values
