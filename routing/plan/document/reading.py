"""The file as a partial document: what it names, in canonical form, and everything that is wrong with it."""

from typing import Any

from . import decisions, people
from .finding import BAD, Bad, Finding, Findings
from .scalars import Read, a_slug, a_text, a_username
from .shapes import mapping_of, read_keys
from .source import Unreadable, parse


def read(text: str | bytes) -> tuple[dict[str, Any], list[Finding]]:
    """A plan file as `(partial, findings)`: the canonical shape with only the keys that the file names.

    Calendars, reps, teams, `counts`, `qualification` and `bands` hold only what is named in them, so that
    `"accepting" in partial["reps"]["laura"]` says whether the file sets her switch; members, territories, policies,
    scores and rules are whole. Where there are errors, the partial holds what could be read and must not be used.
    """
    found = Findings()
    try:
        tree = parse(text, found)
    except Unreadable as error:
        return {}, [*found.all, Finding("error", error.place, error.message)]
    keys: dict[str, Read] = {
        "plan": _the_format,
        "name": a_text,
        "calendars": mapping_of(a_slug, people.a_calendar),
        "reps": mapping_of(a_username, people.a_rep),
        "teams": mapping_of(a_slug, people.a_team),
        "territories": decisions.territories,
        "qualification": decisions.qualification,
        "sla": decisions.sla,
        "rules": decisions.rules,
        "returning": decisions.returning,
    }
    return read_keys(tree, "", found, keys), found.all


def _the_format(node: Any, place: str, found: Findings) -> int | Bad:
    if node != "1":
        shown = repr(node) if isinstance(node, str) else "this"
        found.error(place, f"{shown} is not a version of this format that can be read; write 1")
        return BAD
    return 1
