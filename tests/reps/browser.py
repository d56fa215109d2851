"""What the browser tests of the desk share: a phone, and the pages there are."""

from collections.abc import Sequence
from pathlib import Path

from django.urls import reverse
from playwright.sync_api import Page

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1200, "height": 900}
AXE = Path(__file__).parents[1] / "vendor" / "axe-core" / "axe.min.js"
OF_COLOURS = ("color-contrast", "link-in-text-block")

# The admin's theme looks only while a page loads which scheme is wanted. What fades from one to the other has to end.
SETTLED = """(scheme) => {
  document.documentElement.classList.toggle('dark', scheme === 'dark');
  return Promise.all(document.getAnimations().map((one) => one.finished.catch(() => null)));
}"""
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


def findings_in_both_schemes(page: Page) -> list[str]:
    """What is found on the page in light, and what of colours is found in dark."""
    found = []
    for scheme, rules in (("light", ()), ("dark", OF_COLOURS)):
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLED, scheme)
        found += [f"{scheme}: {finding}" for finding in findings(page, rules)]
    return found


def findings(page: Page, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds serious or critical on the page as it stands, in words; of all its rules, or only some."""
    # A script element would be refused by the page's policy, as it should be.
    page.evaluate(AXE.read_text())
    rules = {"runOnly": {"type": "rule", "values": list(only)}} if only else {}
    found = page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], **rules})
    return [
        f"{finding['impact']}: {finding['help']} ({finding['id']}) at {node['target']}"
        for finding in found["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]
