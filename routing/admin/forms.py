"""Forms whose values are read by the readers of the plan file, so that neither accepts what the other refuses."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar
from zoneinfo import available_timezones

from django import forms

from routing.engine import sentences
from routing.engine.fields import FIELDS, SCORING_CANNOT_READ, TERRITORIES_CANNOT_READ, Kind
from routing.models import (
    Calendar,
    Disqualifier,
    PlanSettings,
    Rep,
    Rule,
    ScoreRule,
    Skill,
    SlaPolicy,
    Team,
    Territory,
    TimeOff,
)
from routing.plan.document import decisions, defaults, people
from routing.plan.document.finding import BAD, Findings
from routing.plan.document.hours import WEEKDAYS
from routing.plan.document.scalars import a_local_time, write_duration

from .base import Checkboxes, Choose, NumberInput, TextArea
from .conditions import ConditionsField, place_in_words
from .rows import Column, LinesField, RowsField

DELIVERIES = [
    ("assign", "Assign: it is the rep's at once"),
    ("offer", "Offer: the rep accepts or declines"),
    ("claim", "Claim: the first in the team to claim it has it"),
    ("pick", "Pick: it lies in the pool until a rep picks it"),
    ("blind", "Blind: a rep pulls the next one unseen"),
    ("manual", "By hand: it waits in the manual queue"),
]
ORDERS = [
    ("round_robin", "Round robin: fair share, equal weights"),
    ("weighted", "By weight: fair share by the members' weights"),
    ("least_loaded", "Least loaded: whoever has most room"),
    ("best_match", "Best match: skills, then seniority"),
    ("priority", "By priority: the members' own order"),
    ("random", "At random"),
]
WEEKDAY_NAMES = dict(
    zip(WEEKDAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True)
)


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
                if where and isinstance(self.fields.get(field or ""), ConditionsField):
                    where = place_in_words(where)
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


class SluggedForm(ReadLikeTheFile):
    """Something with a short name that stays; left blank, it is made from the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Stays as it is when the name changes. Blank: made from the name."

    def clean_slug(self) -> str:
        slug = self.cleaned_data.get("slug") or ""
        if slug:
            return slug
        made = decisions.slug_from(self.cleaned_data.get("name") or "")[:70] or self._meta.model.__name__.lower()
        taken = set(self._meta.model._default_manager.values_list("slug", flat=True))
        return next(one for one in _numbered(made) if one not in taken)


class ListedItemForm(SluggedForm):
    """An item of one of the plan's lists. A name it must have."""

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        """The list with this item alone, read."""
        raise NotImplementedError

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        items = self.listed({"name": "x", "slug": "x", **item}, inner)
        for finding in inner.all:
            found.error(finding.place.partition("].")[2], finding.message)
        return items[0] if items else {}


def _skill_rows(value: Any) -> list[dict[str, Any]]:
    return [{"skill": skill, "level": str(level)} for skill, level in (value or {}).items()]


def _from_pairs(key: str, value: str) -> Any:
    """Rows of two columns as a mapping."""
    return lambda rows: {row[key]: row[value] for row in rows}


def _one_column(name: str) -> dict[str, Any]:
    """A list as rows of one column."""
    return {
        "to_rows": lambda value: [{name: one} for one in value or []],
        "from_rows": lambda rows: [row[name] for row in rows],
    }


def _skills() -> list[str]:
    return list(Skill.objects.values_list("slug", flat=True))


def _reps() -> list[tuple[str, str]]:
    return [(username, f"{name} ({username})") for username, name in Rep.objects.values_list("username", "name")]


def _text_fields() -> list[str]:
    return [field.name for field in FIELDS.values() if field.kind is Kind.TEXT]


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

    when = ConditionsField(
        label="Conditions", help_text="Without any, the rule takes every lead: that is the last one, the catch-all."
    )
    to = forms.ChoiceField(label="Goes to", widget=Choose)
    delivery = forms.ChoiceField(choices=DELIVERIES, widget=Choose)
    order = forms.ChoiceField(label="Who is next", choices=ORDERS, widget=Choose)
    skills = RowsField(
        [
            Column("skill", "Skill", suggestions=_skills, placeholder="healthcare"),
            Column("level", "At least", choices=lambda: [("1", "1, knows it"), ("2", "2"), ("3", "3, the one to ask")]),
        ],
        to_rows=_skill_rows,
        from_rows=_from_pairs("skill", "level"),
        add="Add a skill",
        label="Skills demanded",
    )
    skills_from = RowsField(
        [Column("field", "Fact of the lead", suggestions=_text_fields, placeholder="industry")],
        **_one_column("field"),
        add="Add a fact",
        label="Skills wanted",
        help_text="Facts whose value names a skill: with best match, whoever knows the lead's industry comes first.",
    )
    nobody = forms.ChoiceField(label="When nobody can take it", widget=Choose)

    class Meta:
        model = Rule
        fields = (
            *("name", "slug", "when", "delivery", "order", "on_shift", "skills", "skills_from"),
            *("seniority_at_least", "seniority_at_most", "offer_minutes", "hide_contact", "sla"),
        )
        labels = {
            "on_shift": "Only those on shift",
            "seniority_at_least": "Seniority at least",
            "seniority_at_most": "Seniority at most",
            "offer_minutes": "Minutes to accept",
            "hide_contact": "Hide contact details until accepted",
            "sla": "Response time",
        }
        help_texts = {
            "on_shift": "Leads that come at night wait for the morning, or go where the rule says.",
            "sla": "The policy that says how fast the lead must be answered, and what happens when it is not.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        teams = [(f"team:{pk}", name) for pk, name in _present(Team, self.instance.to_team_id)]
        others = [(f"team:{pk}", name) for pk, name in _present(Team, self.instance.when_nobody_team_id)]
        reps = [(f"rep:{pk}", f"{name} ({username})") for pk, username, name in _active_reps(self.instance.to_rep_id)]
        self.fields["to"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            ("territory", "The team of the lead's territory"),
            ("Teams", teams),
            ("One rep", reps),
        ]
        self.fields["nobody"].choices = [  # type: ignore[attr-defined]
            ("wait", "It waits until somebody can"),
            ("next_rule", "The next rule is asked"),
            ("anyone", "Anyone, whatever their switch and shift"),
            ("Another team takes it", others),
        ]
        rule = self.instance
        if rule.pk:
            self.initial["to"] = (
                "territory"
                if rule.to_territory
                else f"team:{rule.to_team_id}"
                if rule.to_team_id
                else f"rep:{rule.to_rep_id}"
            )
            self.initial["nobody"] = (
                f"team:{rule.when_nobody_team_id}" if rule.when_nobody == "team" else rule.when_nobody
            )

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        read = decisions.rules([{**item, "to": {"territory": "true"}}], "rules", found)
        return read if isinstance(read, list) else []

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        kind, _, key = (values.get("to") or "").partition(":")
        if kind == "rep" and values.get("delivery") not in ("assign", "offer"):
            self.add_error("delivery", "To one rep, use assign or offer; the others need a team.")
        rule = self.instance
        rule.to_territory = kind == "territory"
        rule.to_team_id, rule.to_rep_id = (int(key) if kind == one else None for one in ("team", "rep"))
        nobody, _, other = (values.get("nobody") or "wait").partition(":")
        rule.when_nobody, rule.when_nobody_team_id = nobody, int(other) if other else None
        if values.get("delivery") == "offer" and not values.get("offer_minutes"):
            values["offer_minutes"] = defaults.OFFER_MINUTES
        return values


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
        **_one_column("rep"),
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


class SlaPolicyForm(SluggedForm):
    """How fast a lead must be answered."""

    columns: ClassVar[dict[str, str]] = {"clock": "clock", "steps": "steps"}
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

    class Meta:
        model = SlaPolicy
        fields = ("name", "slug", "clock", "steps")

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

    columns: ClassVar[dict[str, str]] = {"returning.match": "return_by", "returning.days": "return_days"}
    return_by = RowsField(
        [
            Column(
                "match",
                "The same",
                choices=lambda: [("email", "e-mail address"), ("phone", "phone number"), ("company", "company")],
            )
        ],
        **_one_column("match"),
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


def _hour_rows(value: Any) -> list[dict[str, Any]]:
    hours = value if isinstance(value, dict) else {}
    return [{"day": WEEKDAY_NAMES[day], "open": ", ".join(map(str, _as_spans(hours.get(day, []))))} for day in WEEKDAYS]


def _hours_of(rows: list[dict[str, str]]) -> dict[str, Any]:
    spans = {
        day: [span.strip() for span in row["open"].split(",") if span.strip()]
        for day, row in zip(WEEKDAYS, rows, strict=False)
    }
    return {day: listed for day, listed in spans.items() if listed}


class CalendarForm(SluggedForm):
    """When somebody works."""

    columns: ClassVar[dict[str, str]] = {
        "timezone": "timezone",
        "hours": "hours",
        "holidays": "holidays",
        "closed": "closed",
    }
    timezone = forms.ChoiceField(label="Time zone", widget=Choose)
    hours = RowsField(
        [Column("day", "Day", kind="fixed"), Column("open", "Open", placeholder="closed")],
        to_rows=_hour_rows,
        from_rows=_hours_of,
        fixed=True,
        help_text="For example 09:00-12:00, 13:00-17:30. A span may run past midnight: 22:00-06:00. All blank: always.",
    )
    closed = LinesField(
        label="Closed days",
        widget=TextArea(attrs={"rows": 3}),
        help_text="Beside the holidays; one on a line, like 2026-12-24.",
    )

    class Meta:
        model = Calendar
        fields = ("name", "slug", "timezone", "hours", "holidays", "closed")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted({*available_timezones(), self.instance.timezone})
        self.fields["timezone"].choices = [(zone, zone.replace("_", " ")) for zone in zones]  # type: ignore[attr-defined]

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        item = super().as_written(values)
        if isinstance(item["hours"], dict):
            item["hours"] = {day: _as_spans(spans) for day, spans in item["hours"].items()} or None
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        return people.a_calendar(item, "", found)


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


def _present(model: type[Team], chosen: int | None) -> list[tuple[int, str]]:
    """The teams there are to choose from, the one that is chosen included."""
    rows = model.objects.values_list("pk", "name", "archived_at")
    return [(pk, name) for pk, name, archived_at in rows if archived_at is None or pk == chosen]


def _active_reps(chosen: int | None) -> list[tuple[int, str, str]]:
    rows = Rep.objects.values_list("pk", "username", "name", "active")
    return [(pk, username, name) for pk, username, name, active in rows if active or pk == chosen]


def _numbered(slug: str) -> Iterator[str]:
    """A slug, and the same with a number behind it."""
    yield slug
    for number in range(2, 10_000):
        yield f"{slug}-{number}"


def _in_units(after: Any) -> str:
    return write_duration(after) if isinstance(after, int) else str(after or "")


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
