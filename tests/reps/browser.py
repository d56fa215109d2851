"""What the browser tests of the desk share: a phone, and the pages there are."""

from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1200, "height": 900}
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
LISTS = [
    "/",
    "/claims/",
    "/pool/",
    "/my-numbers/",
    "/how-leads-are-distributed/",
    "/availability/",
    "/notifications/",
    "/notifications/settings/",
]


def pages_of(*leads) -> list[str]:
    """Every page of the desk, with those of some leads."""
    return [*LISTS, *(reverse(name, args=[lead.pk]) for lead in leads for name in ("lead", "lead-why"))]


def findings(page: Page) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, in words."""
    # A script element would be refused by the page's policy, as it should be.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{finding['impact']}: {finding['help']} ({finding['id']}) at {node['target']}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
