"""The form of a territory: what it holds, and whose it is."""

from collections.abc import Mapping
from typing import Any, ClassVar

from routing.engine.fields import TERRITORIES_CANNOT_READ
from routing.models import Rep, Territory
from routing.plan.document import decisions
from routing.plan.document.finding import Findings

from ..conditions import ConditionsField
from ..rows import Column, RowsField
from .columns import one_column
from .reading import SluggedForm


def _reps() -> list[tuple[str, str]]:
    return [(username, f"{name} ({username})") for username, name in Rep.objects.values_list("username", "name")]


class TerritoryForm(SluggedForm):
    """A piece of the market."""

    columns: ClassVar[dict[str, str]] = {"where": "where", "reps": "reps", "from": "starts_on", "to": "ends_on"}
    where = ConditionsField(
        bare=True,
        unreadable=TERRITORIES_CANNOT_READ,
        label="Conditions",
        help_text="All must hold, and those of the parents as well. Postcodes take ranges, like 75000-75399 or 752*.",
    )
    reps = RowsField(
        [Column("rep", "Rep", choices=_reps)],
        **one_column("rep"),
        add="Add a rep",
        label="Only these reps",
        help_text="Of the territory's team. Nobody named: all of it.",
    )

    class Meta:
        model = Territory
        fields = ("name", "slug", "parent", "where", "team", "reps", "starts_on", "ends_on")
        labels = {"parent": "Within", "starts_on": "From", "ends_on": "Until"}
        help_texts = {
            "team": "Empty: the team of the territory it lies within.",
            "ends_on": "The first day on which it is no longer in force.",
        }

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        days = {key: item[key].isoformat() if item[key] else None for key in ("from", "to")}
        return {**item, **days, "where": item["where"] or None, "reps": item["reps"] or None}

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        read = decisions.territories({"x": item}, "", inner)
        for finding in inner.all:
            found.error(finding.place.removeprefix("x."), finding.message)
        return read["x"] if isinstance(read, dict) else {}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        values["reps"] = values.get("reps") or None
        above = values.get("parent")
        parents = dict(Territory.objects.values_list("pk", "parent_id")) if above and self.instance.pk else {}
        pk = above.pk if above else None
        seen: set[int] = set()
        while pk is not None and pk not in seen:
            if pk == self.instance.pk:
                self.add_error("parent", "A territory cannot lie within itself or within what lies within it.")
                break
            seen.add(pk)
            pk = parents.get(pk)
        return values
