"""A file laid over people and draft: all of it, or nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from routing.models import Calendar, PlanVersion, Rep, Team, User
from routing.named_by_plan import named_by
from routing.people_changes import recorded

from .document import Finding, canonical, complete, defaults, load, read
from .draft import draft_document, write_draft
from .people import write_people
from .publish import PlanRefused, configuration, current, publish


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file changed, the version it published where it was asked to, and what the checker has to say."""

    people_changed: bool
    draft_changed: bool
    version: PlanVersion | None
    warnings: list[Finding]


def load_file(
    text: str | bytes,
    *,
    at: datetime,
    by: User | None = None,
    prune: bool = False,
    and_publish: bool = False,
    note: str = "",
    moves_clocks: bool = False,
) -> Loaded:
    """Lays a plan file over what is configured, in one transaction; the same file again changes nothing.

    What the file leaves out is left alone, or archived with `prune`. Raises PlanRefused with everything that is wrong,
    and PublishedMeanwhile; nothing is written then.
    """
    with recorded(at=at, by=by) as people_differ:
        document, findings = read_over(text, prune=prune, and_publish=and_publish)
        if document is None:
            raise PlanRefused(findings)
        before = canonical(draft_document())
        write_people(document, at=at)
        write_draft(document, at=at)
        draft_changed = canonical(draft_document()) != before
        version = publish(note=note, by=by, at=at, moves_clocks=moves_clocks) if and_publish else None
    return Loaded(people_differ(), draft_changed, version, findings)


def read_over(
    text: str | bytes, *, prune: bool = False, and_publish: bool = False
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The whole document that a file makes of today's configuration, with all findings; None where one is an error."""
    base = configuration()
    number, in_force = current()
    if not number and not base["rules"]:
        # Nothing was ever configured: what the first file does not say has the file's defaults, not the empty row's.
        base["returning"] = defaults.returning()
    document, findings = load(text, base, prune=prune)
    if document is None and not base["rules"] and not and_publish:
        document, findings = _without_rules(text, base, prune, findings)
    if document is not None:
        findings = [*findings, *_too_long(document)]
        if number and not and_publish:
            findings += _still_named(document, json.loads(in_force), number)
    return (None if any(finding.is_error for finding in findings) else document), findings


def _without_rules(
    text: str | bytes, base: dict[str, Any], prune: bool, findings: list[Finding]
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """People may be loaded before there is any rule: a file that says nothing of rules needs no catch-all yet."""
    partial, _ = read(text)
    if "rules" in partial:
        return None, findings
    others = [finding for finding in findings if not (finding.is_error and finding.place == "rules")]
    if any(finding.is_error for finding in others):
        return None, others
    return complete(partial, base, prune=prune), others


def _too_long(document: dict[str, Any]) -> Iterator[Finding]:
    """Texts that a column cannot hold."""
    columns = (("reps", "name", Rep.name), ("teams", "name", Team.name), ("calendars", "holidays", Calendar.holidays))
    for section, key, column in columns:
        longest = column.field.max_length or 0
        for name, item in document[section].items():
            if len(item[key] or "") > longest:
                message = f"is longer than {longest} characters ({len(item[key])})"
                yield Finding("error", f"{section}.{name}.{key}", message)


def _still_named(document: dict[str, Any], in_force: dict[str, Any], number: int) -> Iterator[Finding]:
    """People take effect at once, the plan when it is published: what the plan in force names cannot go before it."""
    named = named_by(in_force)
    for section, names in (("calendars", named.calendars), ("teams", named.teams)):
        for name in sorted(names - document[section].keys()):
            message = f"is left out, but version {number} of the plan, which is in force, names it; publish as well"
            yield Finding("error", f"{section}.{name}", message)
