"""Work on leads that higher wings keep: they say at start by which model, and routing looks whether there is any."""

from __future__ import annotations

registered: dict[str, str] = {}
"""`app.Model` -> how it is said of leads: `3 leads were <words>`."""


def register(model: str, words: str) -> None:
    """Rows of this model are work on the lead that their `lead` names."""
    registered[model] = words
