"""The form of what the plan says once: scores, and leads that come back."""

from typing import Any, ClassVar

from django import forms

from routing.models import PlanSettings
from routing.plan.document import decisions
from routing.plan.document.finding import Findings

from ..base import NumberInput
from ..rows import Column, RowsField
from .columns import one_column
from .reading import ReadLikeTheFile


class PlanSettingsForm(ReadLikeTheFile):
    """What the plan says once."""

    columns: ClassVar[dict[str, str]] = {"returning.match": "return_by", "returning.days": "return_days"}
    return_by = RowsField(
        [
            Column(
                "match",
                "The same",
                choices=lambda: [("email", "e-mail address"), ("phone", "phone number"), ("company", "company")],
            )
        ],
        **one_column("match"),
        add="Add a match",
        label="Leads return to the owner of",
        help_text="Tried in this order. Nothing: leads that come back go through the rules like others.",
    )
    return_days = forms.IntegerField(
        label="For how many days", min_value=1, max_value=36500, required=False, widget=NumberInput
    )

    class Meta:
        model = PlanSettings
        fields = ("name", "qualifies", "hot", "warm")
        labels = {"qualifies": "Leads are scored", "hot": "Hot from", "warm": "Warm from"}
        help_texts = {"qualifies": "Without scores every lead has 0 points and is cold.", "hot": "Points, of 100."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        returning = self.instance.returning or {}
        self.initial.update({"return_by": returning.get("match", []), "return_days": returning.get("days", 90)})

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        if not item["returning"]["match"]:
            return {}
        returning = {key: value for key, value in item["returning"].items() if value is not None}
        return {"returning": decisions.returning(returning, "returning", found)}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        match, days = values.get("return_by"), values.get("return_days") or 90
        self.instance.returning = {"match": match, "days": days} if match else None
        return values
