"""The form of a rep. Whom the plan sends leads by name cannot just leave."""

from typing import Any

from django import forms

from routing.models import Rep
from routing.plan.archiving import uses_of_rep

from ..archiving import refused


class RepForm(forms.ModelForm):
    """Somebody who sells."""

    class Meta:
        model = Rep
        fields = "__all__"  # noqa: DJ007

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        leaves = self.instance.pk and "active" in self.changed_data and not values.get("active")
        if leaves and (uses := uses_of_rep(self.instance)):
            self.add_error("active", refused(f"{self.instance}", uses))
        if "accepting" in self.changed_data:
            self.instance.paused_until = None  # a switch that a manager turns is no pause
        return values
