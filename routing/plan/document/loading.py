"""A file read, made whole and checked in one go, with everything that is wrong named at once."""

from typing import Any

from .checking import check
from .finding import Finding
from .merging import complete
from .reading import read

_SECTIONS = frozenset({"calendars", "reps", "teams", "territories", "qualification", "sla", "rules"})


def load(
    text: str | bytes, base: dict[str, Any] | None = None, *, prune: bool = False
) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The whole document that a file makes of `base`, with all findings; None where any of them is an error."""
    partial, findings = read(text)
    if not any(finding.is_error for finding in findings):
        document = complete(partial, base, prune=prune)
        findings = [*findings, *check(document)]
        return (None if any(finding.is_error for finding in findings) else document), findings
    # A section that could not be read at all would make everything that names its items look wrong.
    if partial and not any(finding.place in _SECTIONS or finding.place.startswith("line ") for finding in findings):
        placed = {finding.place for finding in findings}
        further = check(complete(partial, base, prune=prune))
        findings = [*findings, *(one for one in further if one.is_error and one.place not in placed)]
    return None, findings
