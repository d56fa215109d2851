"""What is known of a lead, and how it came here, in plain words."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.humanize.templatetags.humanize import intcomma

from routing.models import Lead, Rule


def in_a_line(lead: Lead) -> str:
    """The facts that say most: "Northwind Clinics · 1,200 people · healthcare · Austin, TX, US"."""
    company = lead.company if lead.company != lead.display_name else ""
    size = f"{figure(lead.company_size)} people" if lead.company_size is not None else ""
    place = ", ".join(part for part in (lead.city, lead.region, lead.country) if part)
    product = f"product: {lead.product}" if lead.product else ""
    return (
        "\N{NO-BREAK SPACE}· ".join(part for part in (company, size, lead.industry, place, product) if part)
        or "Nothing else known"
    )


def figure(value: Decimal | None) -> str:
    """A number without empty decimals, its thousands parted: 1,200 or 0.5; empty where there is none."""
    if value is None:
        return ""
    text = f"{value:f}"
    return intcomma(text.rstrip("0").rstrip(".") if "." in text else text, use_l10n=False)


def listed(lead: Lead) -> list[tuple[str, str]]:
    """The facts that are set, labelled, in the order in which a caller wants them."""
    place = ", ".join(part for part in (lead.postcode, lead.city, lead.region, lead.country) if part)
    known = [
        ("Phone", lead.phone),
        ("E-mail", lead.email),
        ("Job", lead.job_title),
        ("Company", lead.company),
        ("People", figure(lead.company_size)),
        ("Industry", lead.industry),
        ("Place", place),
        ("Language", lead.language),
        ("Time zone", lead.timezone),
        ("Product", lead.product),
        ("Budget", figure(lead.budget)),
        ("Uses now", lead.current_solution),
        ("Engagement", figure(lead.engagement)),
        ("Territory", str(lead.territory or "")),
        *((name.replace("_", " "), str(value)) for name, value in lead.attributes.items()),
    ]
    return [(label, value) for label, value in known if value]


HOW = {
    "assign": "It was assigned by {rule}.",
    "offer": "It was offered by {rule}.",
    "claim": "It lay on the claim board by {rule}: the first to claim it has it.",
    "pick": "It lay in the pool by {rule}, for anybody in the team to pick.",
    "blind": "It came from the blind pool by {rule}: whoever asked next got it.",
    "manual": "By {rule} a manager hands it out.",
}


def came_by(lead: Lead) -> str:
    """The shortest answer to how a lead came here; `reps.why` has the long one."""
    if lead.rule == "returning":
        return "It returned to whoever had this person or company before."
    if not lead.rule:
        return "It was handed over by hand."
    rule = Rule.objects.filter(slug=lead.rule).first()
    return HOW.get(lead.delivery, "It came by {rule}.").format(rule=f"the rule “{rule.name if rule else lead.rule}”")
