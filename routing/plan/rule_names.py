"""What the rules of the plan in force are called."""

from __future__ import annotations

import json
from typing import Final

from routing.plan.publish import current

RETURNING: Final = "returning"


def rule_names() -> dict[str, str]:
    """The names of the rules by slug, in their order, and what a returning lead is under; empty before the first plan.
    One query."""
    _, document = current()
    rules = json.loads(document)["rules"] if document else []
    return {rule["slug"]: rule["name"] for rule in rules} | {RETURNING: "Returning leads"}
