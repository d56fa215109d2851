"""Forms whose values are read by the readers of the plan file, so that neither accepts what the other refuses."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from routing.models import Calendar, Disqualifier, PlanSettings, Rule, ScoreRule, SlaPolicy, Team, Territory, TimeOff
from routing.plan.document import decisions, people
from routing.plan.document.finding import BAD, Findings
from routing.plan.document.scalars import a_local_time


class ReadLikeTheFile(forms.ModelForm):
    """One item of the plan file as a form.

    `columns` says which form field holds what the file calls so; fields of columns get the canonical value.
    """

    columns: ClassVar[dict[str, str]] = {}

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The item as the file would write it."""
        item: dict[str, Any] = {}
        for place, field in self.columns.items():
            within = item
            *parents, last = place.split(".")
            for parent in parents:
                within = within.setdefault(parent, {})
            within[last] = values.get(field)
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        """The canonical item; what is wrong goes to `found`, at places inside the item."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        found = Findings()
        item = self.read(self.as_written(values), found)
        for finding in found.all:
            if finding.is_error:
                field, where = self._field_at(finding.place)
                self.add_error(field, f"{where}: {finding.message}" if where else finding.message)
        if not self.errors:
            values.update(self._canonical(item, values))
        return values

    def _field_at(self, place: str) -> tuple[str | None, str]:
        """The form field that a place belongs to, and the rest of the place."""
        for name in sorted(self.columns, key=len, reverse=True):
            if place.startswith(name):
                return self.columns[name], place.removeprefix(name).lstrip(".")
        return None, place

    def _canonical(self, item: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        result = {}
        for place, field in self.columns.items():
            value = item
            for key in place.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(values.get(field), list | dict) and value is not None:
                result[field] = value
        return result


class ListedItemForm(ReadLikeTheFile):
    """An item of one of the plan's lists. A name it must have; it is made to a slug where that is left out."""

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        """The list with this item alone, read."""
        raise NotImplementedError

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        items = self.listed({"name": "x", "slug": "x", **item}, inner)
        for finding in inner.all:
            found.error(finding.place.partition("].")[2], finding.message)
        return items[0] if items else {}


class RuleForm(ListedItemForm):
    """One sentence of the plan."""

    columns: ClassVar[dict[str, str]] = {
        "when": "when",
        "delivery": "delivery",
        "order": "order",
        "requires.on_shift": "on_shift",
        "requires.skills": "skills",
        "requires.skills_from": "skills_from",
        "requires.seniority.at_least": "seniority_at_least",
        "requires.seniority.at_most": "seniority_at_most",
        "offer_minutes": "offer_minutes",
        "hide_contact": "hide_contact",
    }

    class Meta:
        model = Rule
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "when": 'For example {"all": [{"field": "company_size", "op": "at_least", "value": 1000}]}. '
            "Empty: every lead; the last rule is the catch-all.",
            "delivery": "assign, offer, claim, pick, blind or manual.",
            "order": "round_robin, weighted, least_loaded, best_match, priority or random.",
            "skills": 'Each at this level or higher, for example {"healthcare": 1}.',
            "skills_from": 'Fields whose value names a wanted skill, for example ["industry"].',
        }

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        read = decisions.rules([{**item, "to": {"territory": "true"}}], "rules", found)
        return read if isinstance(read, list) else []

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        targets = [values.get("to_team"), values.get("to_rep"), values.get("to_territory")]
        if sum(map(bool, targets)) != 1:
            self.add_error(None, "A rule goes to a team, to the lead's territory, or to one rep: exactly one of them.")
        if values.get("to_rep") and values.get("delivery") not in ("assign", "offer"):
            self.add_error("delivery", "To one rep, use assign or offer; the others need a team.")
        nobody, other = values.get("when_nobody"), values.get("when_nobody_team")
        if nobody not in ("wait", "next_rule", "anyone", "team"):
            self.add_error("when_nobody", "It is wait, next_rule, anyone or team.")
        elif (nobody == "team") != bool(other):
            self.add_error("when_nobody_team", "Name the other team exactly where when nobody says team.")
        return values


class ScoreRuleForm(ListedItemForm):
    """Points for leads that meet conditions."""

    columns: ClassVar[dict[str, str]] = {"points": "points", "when": "when"}

    class Meta:
        model = ScoreRule
        fields = "__all__"  # noqa: DJ007
        help_texts = {"when": 'For example {"all": [{"field": "company_size", "op": "at_least", "value": 500}]}.'}

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        return decisions.qualification({"scores": [item]}, "", found).get("scores", [])


class DisqualifierForm(ListedItemForm):
    """Conditions that set a lead aside."""

    columns: ClassVar[dict[str, str]] = {"reason": "reason", "when": "when"}

    class Meta:
        model = Disqualifier
        fields = "__all__"  # noqa: DJ007
        help_texts = {"when": 'For example {"all": [{"field": "job_title", "op": "contains", "value": "student"}]}.'}

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        return decisions.qualification({"disqualify": [item]}, "", found).get("disqualify", [])


class TerritoryForm(ReadLikeTheFile):
    """A piece of the market."""

    columns: ClassVar[dict[str, str]] = {"where": "where", "reps": "reps", "from": "starts_on", "to": "ends_on"}

    class Meta:
        model = Territory
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "where": 'All must hold, for example [{"field": "postcode", "op": "in_ranges", "value": ["75000-75399"]}].',
            "reps": 'Only these of the team, by username, for example ["laura"]. Empty: all of it.',
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


class SlaPolicyForm(ReadLikeTheFile):
    """How fast a lead must be answered."""

    columns: ClassVar[dict[str, str]] = {"clock": "clock", "steps": "steps"}

    class Meta:
        model = SlaPolicy
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "clock": "always, team or owner: whose hours count.",
            "steps": 'For example [{"after": "3m", "do": "remind"}, {"after": "5m", "do": "breach"}]; kept in seconds.',
        }

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        if isinstance(item["steps"], list):
            item["steps"] = [_with_unit(step) for step in item["steps"]]
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        read = decisions.sla({"x": item}, "", inner)
        for finding in inner.all:
            found.error(finding.place.removeprefix("x."), finding.message)
        return read["x"] if isinstance(read, dict) else {}


class PlanSettingsForm(ReadLikeTheFile):
    """What the plan says once."""

    columns: ClassVar[dict[str, str]] = {"returning": "returning"}

    class Meta:
        model = PlanSettings
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "returning": 'For example {"match": ["email", "phone", "company"], "days": 90}. Empty: returning leads go '
            "through the rules like others."
        }

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        if not item["returning"]:
            return {}
        return {"returning": decisions.returning(item["returning"], "returning", found)}


class CalendarForm(ReadLikeTheFile):
    """When somebody works."""

    columns: ClassVar[dict[str, str]] = {
        "timezone": "timezone",
        "hours": "hours",
        "holidays": "holidays",
        "closed": "closed",
    }

    class Meta:
        model = Calendar
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "timezone": "For example America/Chicago.",
            "hours": 'For example {"mon-thu": "09:00-17:30", "sat": ["09:00-12:00", "13:00-15:00"]}. Empty: always.',
            "closed": 'For example ["2026-12-24"].',
        }

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        if isinstance(item["hours"], dict):
            item["hours"] = {day: _as_spans(spans) for day, spans in item["hours"].items()} or None
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        return people.a_calendar(item, "", found)


class TeamForm(ReadLikeTheFile):
    """Reps who share leads."""

    columns: ClassVar[dict[str, str]] = {"counts": "counts", "make_up": "make_up", "credit": "credit"}

    class Meta:
        model = Team
        fields = "__all__"  # noqa: DJ007
        help_texts = {
            "counts": "What the ledger counts beside pushes.",
            "make_up": 'For example {"reasons": ["capped", "paused"], "leads": 3, "days": 7}. Empty: absences are '
            "not made up.",
            "credit": "The reasons for giving a lead back that reverse its posting.",
        }

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        return people.a_team({key: value for key, value in item.items() if value or key == "counts"}, "", found)


class TimeOffForm(forms.ModelForm):
    """An absence; a date alone is its midnight."""

    class Meta:
        model = TimeOff
        fields = "__all__"  # noqa: DJ007

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for field in ("starts_local", "ends_local"):
            if not values.get(field):
                continue
            found = Findings()
            read = a_local_time(values[field], field, found)
            if read is BAD:
                self.add_error(field, found.all[0].message)
            else:
                values[field] = read
        return values


def _with_unit(step: Any) -> Any:
    """A step as the file writes it: durations there have a unit, kept ones are seconds."""
    if isinstance(step, dict) and isinstance(step.get("after"), int):
        return {**step, "after": f"{step['after']}s"}
    return step


def _as_spans(spans: Any) -> Any:
    """Hours as the file writes them: `09:00-17:30`, where the canonical form has pairs."""
    if not isinstance(spans, list):
        return spans
    return ["-".join(map(str, span)) if isinstance(span, list) else span for span in spans]
