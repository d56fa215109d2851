"""What somebody fills in to have a report sent."""

from __future__ import annotations

from typing import Any, Final

from django import forms

from reports.mails.people import may_be_sent_to
from reports.models import Subscription
from routing.models import User

HOURS: Final = [(hour, f"{hour:02}:00") for hour in range(24)]


class Readers(forms.ModelMultipleChoiceField):
    """People, by their names."""

    def label_from_instance(self, obj: Any) -> str:
        name = obj.get_full_name() or obj.username
        return name if name == obj.username else f"{name} ({obj.username})"


class MailForm(forms.Form):
    """On which day, at which hour of whoever gets it, to whom, and whether with the file."""

    weekday = forms.TypedChoiceField(label="Every", choices=Subscription.Weekday.choices, coerce=int)
    hour = forms.TypedChoiceField(label="At", choices=HOURS, coerce=int)
    to = Readers(User.objects.none(), label="To", widget=forms.CheckboxSelectMultiple)
    with_file = forms.BooleanField(required=False, label="With the table as a CSV file, where it is small")

    def __init__(self, data: Any = None, *, owner: User, subscription: Subscription | None = None) -> None:
        initial: dict[str, Any] = {"weekday": 0, "hour": 8, "to": [owner.pk]}
        if subscription is not None:
            still = subscription.addressees.filter(ended_at=None).values_list("user", flat=True)
            initial = {
                "weekday": subscription.weekday,
                "hour": subscription.hour,
                "with_file": subscription.with_file,
                "to": list(still),
            }
        super().__init__(data, initial=initial, auto_id="m-%s")
        fields: dict[str, Any] = self.fields
        fields["to"].queryset = may_be_sent_to(owner)
        fields["to"].error_messages["required"] = "Choose at least one person."
