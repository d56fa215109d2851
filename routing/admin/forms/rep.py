"""The form of a rep. Whether somebody is active is asked on a page of its own: what becomes of their leads?"""

from typing import Any

from django import forms

from routing.models import Rep


class RepForm(forms.ModelForm):
    """Somebody who sells."""

    class Meta:
        model = Rep
        fields = "__all__"  # noqa: DJ007

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "accepting" in self.changed_data:
            self.instance.paused_until = None  # a switch that a manager turns is no pause
        return values
