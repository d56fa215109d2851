"""What a rep fills in at the desk."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate, make_aware, now

from reps.models import LOST_REASONS, Activity
from reps.numbers import PERIODS
from reps.pool_order import SORTS
from routing.models import Lead, Stage, Team

MORNING = time(9)
GIVE_BACK_REASONS = {
    "bad_data": "details are wrong or missing",
    "duplicate": "it is a duplicate",
    "not_a_lead": "it is not a lead",
    "no_show": "did not come to the meeting",
    "other": "something else",
}


DECLINE_REASONS = ["no time now", "not my field", "not my language", "I know them: a conflict", "other"]


class DeclineForm(forms.Form):
    """Why a rep does not want the lead that is on offer to them."""

    reason = forms.ChoiceField(choices=[(reason, reason) for reason in DECLINE_REASONS])


class PoolFilter(forms.Form):
    """Which of the leads that lie in the pool to show, and in which order."""

    search = forms.CharField(required=False, max_length=100)
    band = forms.ChoiceField(
        required=False, choices=[("", "Any band"), ("hot", "Hot"), ("warm", "Warm"), ("cold", "Cold")]
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False, to_field_name="slug")
    sort = forms.ChoiceField(required=False, choices=list(SORTS.items()))

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]


class ActivityForm(forms.Form):
    """What happened: a call with its outcome, or something else that was written, said or noted."""

    kind = forms.ChoiceField(choices=Activity.Kind)
    direction = forms.ChoiceField(choices=Activity.Direction, required=False)
    outcome = forms.ChoiceField(choices=Activity.Outcome, required=False)
    minutes = forms.DecimalField(required=False, min_value=0, max_value=24 * 60, max_digits=6, decimal_places=2)
    body = forms.CharField(required=False, max_length=20_000)
    key = forms.UUIDField()

    def clean(self) -> dict[str, Any]:
        """The arguments of `work.log` that were filled in."""
        filled = super().clean() or self.cleaned_data
        minutes = filled.pop("minutes", None)
        return filled | {
            "direction": filled.get("direction") or Activity.Direction.OUT,
            "seconds": None if minutes is None else round(minutes * 60),
            "key": str(filled.get("key", "")),
        }


class StageForm(forms.Form):
    """Where the lead stands now, between new and the end."""

    stage = forms.ModelChoiceField(
        Stage.objects.exclude(kind__in=[Stage.Kind.WON, Stage.Kind.LOST]), to_field_name="slug"
    )


class WonForm(forms.Form):
    """What the lead is worth."""

    value = forms.DecimalField(required=False, min_value=0, max_digits=16, decimal_places=2)


class LostForm(forms.Form):
    """Why the lead did not buy."""

    reason = forms.ChoiceField(choices=[(reason, reason) for reason in LOST_REASONS])


class NextStepForm(forms.Form):
    """What to do next, and when: one of the usual times, or an exact one; or that it is done, or no longer wanted."""

    WHEN = {"hour": "in an hour", "tomorrow": "tomorrow at 9", "week": "in a week"}

    what = forms.CharField(required=False, max_length=200)
    at = forms.DateTimeField(required=False)
    when = forms.ChoiceField(required=False, choices=list(WHEN.items()))
    done = forms.BooleanField(required=False)
    cancelled = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """With `due_at`, the moment that was meant, in the viewer's zone."""
        filled = super().clean() or self.cleaned_data
        today = localdate()
        filled["due_at"] = {
            "hour": now() + timedelta(hours=1),
            "tomorrow": make_aware(datetime.combine(today + timedelta(days=1), MORNING)),
            "week": make_aware(datetime.combine(today + timedelta(days=7), MORNING)),
        }.get(filled.get("when", ""), filled.get("at"))
        ends = filled.get("done") or filled.get("cancelled")
        if not filled["due_at"] and not ends and not self.errors:
            self.add_error("at", "Say when.")
        return filled


class StartedForm(forms.Form):
    """How went what was begun with one tap: a call's outcome, `sent` of a mail, or `none` where it did not happen."""

    ANSWERS = [*Activity.Outcome.values, "sent", "none"]

    start = forms.IntegerField(min_value=1)
    outcome = forms.ChoiceField(choices=[(answer, answer) for answer in ANSWERS])
    minutes = forms.DecimalField(required=False, min_value=0, max_value=24 * 60, max_digits=6, decimal_places=2)


class GiveBackForm(forms.Form):
    """Why a lead goes back to be routed again."""

    reason = forms.SlugField(max_length=40)


def give_back_reasons(lead: Lead) -> dict[str, str]:
    """The reasons by slug, in words: everybody's, and those that the lead's team gives credit for."""
    own = lead.team.credit if lead.team else []
    return {slug: slug.replace("_", " ") for slug in own} | GIVE_BACK_REASONS


class SwitchForm(forms.Form):
    """The rep's switch: on, off, or off for some minutes."""

    to = forms.ChoiceField(choices=[(value, value) for value in ("on", "off", "30", "60", "90")])


class NumbersFilter(forms.Form):
    """Which period, and which team."""

    days = forms.ChoiceField(required=False, choices=[(str(days), f"{days} days") for days in PERIODS])
    team = forms.SlugField(required=False, max_length=80)
