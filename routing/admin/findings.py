"""What the checker found, with the way to where it is mended."""

from typing import Any

from django.urls import reverse

from routing.models import Rule
from routing.plan.document import Finding


def linked(finding: Finding) -> dict[str, Any]:
    """A finding with the page on which it is mended, and its place in words."""
    section, _, rest = finding.place.partition(".")
    name = section.partition("[")[0]
    address, words = "", finding.place
    if name == "rules" and "[" in section:
        place = int(section.partition("[")[2].rstrip("]"))
        rules = list(Rule.objects.filter(archived_at=None).order_by("position", "pk")[place : place + 1])
        if rules:
            address = reverse("admin:routing_rule_change", args=[rules[0].pk])
            words = f"Rule {place + 1}, {rules[0].name}"
    elif name in ("rules", "territories", "sla", "teams", "reps", "calendars", "qualification"):
        model = {
            "rules": "rule",
            "territories": "territory",
            "sla": "slapolicy",
            "teams": "team",
            "reps": "rep",
            "calendars": "calendar",
            "qualification": "disqualifier" if rest.startswith("disqualify") else "scorerule",
        }[name]
        address = reverse(f"admin:routing_{model}_changelist")
        words = f"{name[:1].upper()}{name[1:]}{f': {rest}' if rest else ''}"
    return {"is_error": finding.is_error, "place": words, "message": finding.message, "address": address}
