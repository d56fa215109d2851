"""What a person fills in to say how they want to be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from reps.models import Preference
from routing.access import rep_of, sees_everything
from routing.models import Team, User

from .choices import Chosen, address_of, zone_of
from .kinds import BROWSER, EMAIL, KINDS, OF_MANAGERS, OF_REPS, PAGE

IN_WORDS: Final = [(PAGE, "Page"), (BROWSER, "Browser"), (EMAIL, "E-mail")]
HOURS: Final = [("", "No digest"), *[(str(hour), f"{hour:02}:00") for hour in range(24)]]


class ToldHow(forms.Form):
    """The channels of each kind that may concern this person, quiet hours, and the hour of the digest."""

    quiet_from = forms.TimeField(required=False)
    quiet_until = forms.TimeField(required=False)
    urgent_passes = forms.BooleanField(required=False)
    digest_hour = forms.TypedChoiceField(required=False, choices=HOURS, coerce=int, empty_value=None)

    def __init__(self, data: Any = None, *, user: User) -> None:
        self.user = user
        self.own = Preference.objects.filter(user=user).first() or Preference(user=user)
        self.kinds = kinds_for(user)
        super().__init__(data, initial=self._as_it_is())
        for kind in self.kinds:
            self.fields[kind] = forms.MultipleChoiceField(
                label=KINDS[kind].label,
                required=False,
                choices=IN_WORDS,
                widget=forms.CheckboxSelectMultiple,
            )

    def _as_it_is(self) -> dict[str, Any]:
        chosen = Chosen(self.own, zone_of(self.user), bool(address_of(self.user)))
        return {
            "quiet_from": self.own.quiet_from,
            "quiet_until": self.own.quiet_until,
            "urgent_passes": self.own.urgent_passes,
            "digest_hour": self.own.digest_hour,
        } | {kind: list(chosen.channels(kind)) for kind in self.kinds}

    def rows(self) -> Iterator[tuple[forms.BoundField, bool]]:
        """The fields of the kinds, each with whether it is urgent."""
        return ((self[kind], KINDS[kind].urgent) for kind in self.kinds)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        begins, ends = values.get("quiet_from"), values.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            self.add_error(
                "quiet_from" if begins is None else "quiet_until", "Quiet hours have a beginning and an end."
            )
        return values

    @property
    def chosen(self) -> dict[str, list[str]]:
        return {kind: self.cleaned_data[kind] for kind in self.kinds}

    @property
    def times(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name not in self.kinds}


def kinds_for(user: User) -> list[str]:
    """The kinds that may concern somebody, in the order of the table: a rep's, a manager's, and the digest."""
    asked = {"digest"}
    if rep_of(user) is not None:
        asked |= OF_REPS
    if sees_everything(user) or Team.objects.filter(managers=user).exists():
        asked |= OF_MANAGERS
    return [kind for kind in KINDS if kind in asked]
