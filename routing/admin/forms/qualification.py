"""The forms of what qualifies a lead: points, and what sets it aside."""

from typing import Any, ClassVar

from routing.engine.fields import SCORING_CANNOT_READ
from routing.models import Disqualifier, ScoreRule
from routing.plan.document import decisions
from routing.plan.document.finding import Findings

from ..conditions import ConditionsField
from .reading import ListedItemForm


class ScoreRuleForm(ListedItemForm):
    """Points for leads that meet conditions."""

    columns: ClassVar[dict[str, str]] = {"points": "points", "when": "when"}
    when = ConditionsField(label="Conditions", unreadable=SCORING_CANNOT_READ)

    class Meta:
        model = ScoreRule
        fields = ("name", "slug", "points", "when")
        help_texts = {"points": "Added where the conditions hold; may be negative. The sum stays within 0 and 100."}

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        return decisions.qualification({"scores": [item]}, "", found).get("scores", [])


class DisqualifierForm(ListedItemForm):
    """Conditions that set a lead aside."""

    columns: ClassVar[dict[str, str]] = {"reason": "reason", "when": "when"}
    when = ConditionsField(label="Conditions", unreadable=SCORING_CANNOT_READ)

    class Meta:
        model = Disqualifier
        fields = ("name", "slug", "reason", "when")
        help_texts = {"reason": "What people read beside a lead that was set aside. Blank: the name."}

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        return decisions.qualification({"disqualify": [item]}, "", found).get("disqualify", [])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["reason"] = values.get("reason") or values.get("name") or ""
        return values
