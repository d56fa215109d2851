"""The form of a team: what its fair share counts, and which absences it makes up."""

from typing import Any, ClassVar

from django import forms

from routing.models import Team
from routing.plan.document import defaults, people
from routing.plan.document.finding import Findings

from ..base import Checkboxes, NumberInput, TextArea
from ..rows import LinesField
from .reading import SluggedForm


class TeamForm(SluggedForm):
    """Reps who share leads."""

    columns: ClassVar[dict[str, str]] = {"credit": "credit"}
    counted = forms.MultipleChoiceField(
        label="Fair share counts as well",
        choices=[
            ("manual", "leads handed out by hand"),
            ("claim", "leads that were claimed"),
            ("pick", "leads that were picked"),
            ("blind", "leads that were pulled blind"),
        ],
        widget=Checkboxes,
        required=False,
    )
    made_up = forms.MultipleChoiceField(
        label="Make up absences",
        choices=[
            ("capped", "a cap was reached"),
            ("paused", "the switch was off"),
            ("time_off", "time off"),
            ("off_shift", "off shift"),
        ],
        widget=Checkboxes,
        required=False,
        help_text="Whoever is away for these reasons alone catches up afterwards. None: absences are not made up.",
    )
    made_up_leads = forms.IntegerField(
        label="At most this many leads", min_value=1, max_value=1000, required=False, widget=NumberInput
    )
    made_up_days = forms.IntegerField(
        label="Within this many days", min_value=1, max_value=366, required=False, widget=NumberInput
    )
    credit = LinesField(
        label="Given back without charge",
        widget=TextArea(attrs={"rows": 4}),
        help_text="The reasons for giving a lead back that take it off the rep's account; one on a line.",
    )

    class Meta:
        model = Team
        fields = ("name", "slug", "managers", "calendar", "channel_url", "credit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team = self.instance
        self.initial["counted"] = [kind for kind, counted in team.counts.items() if counted]
        made_up = team.make_up or {}
        self.initial.update(
            made_up=made_up.get("reasons", []),
            made_up_leads=made_up.get("leads", 3),
            made_up_days=made_up.get("days", 7),
        )

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        return people.a_team({key: value for key, value in item.items() if value}, "", found)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        counted, reasons = values.get("counted") or [], values.get("made_up") or []
        before = (self.instance.make_up or {}).get("reasons", [])
        self.instance.counts = {kind: kind in counted for kind in defaults.counts()}
        self.instance.make_up = (
            {
                "reasons": before if set(before) == set(reasons) else reasons,
                "leads": values.get("made_up_leads") or 3,
                "days": values.get("made_up_days") or 7,
            }
            if reasons
            else None
        )
        return values
