"""The form of a rule: which leads, to whom, how, and who of them can take it."""

from typing import Any, ClassVar

from django import forms

from routing.engine.fields import FIELDS, Kind
from routing.models import Rep, Rule, Skill, Team
from routing.plan.document import decisions, defaults
from routing.plan.document.finding import Findings

from ..base import Choose
from ..conditions import ConditionsField
from ..rows import Column, RowsField
from .columns import from_pairs, one_column
from .reading import ListedItemForm

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


def _skill_rows(value: Any) -> list[dict[str, Any]]:
    return [{"skill": skill, "level": str(level)} for skill, level in (value or {}).items()]


def _skills() -> list[str]:
    return list(Skill.objects.values_list("slug", flat=True))


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
        from_rows=from_pairs("skill", "level"),
        add="Add a skill",
        label="Skills demanded",
    )
    skills_from = RowsField(
        [Column("field", "Fact of the lead", suggestions=_text_fields, placeholder="industry")],
        **one_column("field"),
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


def _present(model: type[Team], chosen: int | None) -> list[tuple[int, str]]:
    """The teams there are to choose from, the one that is chosen included."""
    rows = model.objects.values_list("pk", "name", "archived_at")
    return [(pk, name) for pk, name, archived_at in rows if archived_at is None or pk == chosen]


def _active_reps(chosen: int | None) -> list[tuple[int, str, str]]:
    rows = Rep.objects.values_list("pk", "username", "name", "active")
    return [(pk, username, name) for pk, username, name, active in rows if active or pk == chosen]
