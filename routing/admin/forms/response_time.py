"""The form of a response time: its steps, and the clock they follow."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from routing.engine import sentences
from routing.models import SlaPolicy
from routing.plan.document import decisions, defaults
from routing.plan.document.finding import Findings
from routing.plan.document.scalars import write_duration

from ..base import Choose
from ..rows import Column, RowsField
from .reading import SluggedForm


def _in_units(after: Any) -> str:
    return write_duration(after) if isinstance(after, int) else str(after or "")


def _with_unit(step: Any) -> Any:
    """A step as the file writes it: durations there have a unit, kept ones are seconds."""
    if isinstance(step, dict) and isinstance(step.get("after"), int):
        return {**step, "after": f"{step['after']}s"}
    return step


class SlaPolicyForm(SluggedForm):
    """How fast a lead must be answered."""

    columns: ClassVar[dict[str, str]] = {"clock": "clock", "steps": "steps", "unclaimed": "unclaimed"}
    clock = forms.ChoiceField(
        label="Clock",
        widget=Choose,
        choices=[
            ("always", "Always: every minute counts"),
            ("team", "The team's hours"),
            ("owner", "The owner's hours"),
        ],
    )
    steps = RowsField(
        [
            Column("after", "After", placeholder="5m"),
            Column("do", "What happens", choices=lambda: [(step, sentences.STEPS[step]) for step in defaults.STEPS]),
        ],
        to_rows=lambda value: [
            {"after": _in_units(step.get("after")), "do": step.get("do", "")} for step in value or []
        ],
        from_rows=lambda rows: rows,
        add="Add a step",
        help_text="The time with its unit: 90s, 5m, 2h or 1d. The breach says within which time to respond.",
    )

    unclaimed = RowsField(
        [
            Column("after", "After", placeholder="10m"),
            Column(
                "do",
                "What happens",
                choices=lambda: [(step, sentences.UNCLAIMED_STEPS[step]) for step in defaults.UNCLAIMED_STEPS],
            ),
        ],
        to_rows=lambda value: [
            {"after": _in_units(step.get("after")), "do": step.get("do", "")} for step in value or []
        ],
        from_rows=lambda rows: rows,
        add="Add a step",
        label="While nobody has it",
        help_text="For leads that lie in a pool or wait: how long since then. The owner's hours are the team's here.",
    )

    class Meta:
        model = SlaPolicy
        fields = ("name", "slug", "clock", "steps", "unclaimed")

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        for part in ("steps", "unclaimed"):
            if isinstance(item.get(part), list):
                item[part] = [_with_unit(step) for step in item[part]]
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        read = decisions.sla({"x": item}, "", inner)
        for finding in inner.all:
            found.error(finding.place.removeprefix("x."), finding.message)
        return {"unclaimed": [], **read["x"]} if isinstance(read, dict) else {}
