"""From the draft to an immutable version, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from routing.models import Calendar, PlanVersion, Rep, Revision, Team, User
from routing.named_by_plan import named_by
from routing.people_changes import recorded

from .document import Finding, canonical, digest, load, plan_half, write
from .draft import draft_document, write_draft
from .people import people_document


class PlanRefused(Exception):
    """A plan with errors; `findings` are all of them, with their places."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = [finding for finding in findings if finding.is_error]
        super().__init__("\n".join(map(str, self.findings)))


class PublishedMeanwhile(Exception):
    """Somebody else published first; `version` is theirs."""

    def __init__(self, version: PlanVersion) -> None:
        self.version = version
        by = version.published_by.get_username() if version.published_by else "somebody"
        when = f"{version.published_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        super().__init__(
            f"Version {version.number} was published meanwhile, by {by} at {when}. "
            "Look at what changed, then publish again."
        )


class NoSuchVersion(Exception):
    """There is no published version of that number."""


class Unrestorable(Exception):
    """A version names somebody who is not there any more, not even archived."""


def configuration() -> dict[str, Any]:
    """The whole canonical document: the draft, and today's people."""
    return {**draft_document(), **people_document()}


def check_draft() -> tuple[dict[str, Any] | None, list[Finding]]:
    """The draft with today's people, as the file would say it, and all findings; None where one is an error.

    It is written as a file and read back, so that no row can hold what the file would refuse.
    """
    return load(write(configuration()))


def publish(
    *,
    note: str = "",
    by: User | None = None,
    at: datetime,
    expected: int | None = None,
    moves_clocks: bool = False,
) -> PlanVersion:
    """Makes the draft the plan in force. What is in force already is returned as it is.

    SLA clocks that run stay as they were, or with `moves_clocks` go by the new policies from the next sweep on.
    `expected` is the number of the version in force that the publisher saw (0: none). Raises PlanRefused with all
    errors, and PublishedMeanwhile where another version came into force since that, or while this one was published.
    """
    seen = Revision.objects.get().plan if expected is None else expected
    with transaction.atomic():
        # One conditional UPDATE settles who is first, and holds plan and people still until the end.
        if not Revision.objects.filter(plan=seen).update(plan=F("plan")):
            raise PublishedMeanwhile(version(Revision.objects.get().plan))
        document, findings = check_draft()
        if document is None:
            raise PlanRefused(findings)
        text = canonical(plan_half(document))
        present = PlanVersion.objects.filter(number=seen).first()
        if present is not None and present.digest == digest(text):
            return present
        last = PlanVersion.objects.aggregate(last=Max("number"))["last"] or 0
        published = PlanVersion.objects.create(
            number=last + 1,
            document=text,
            digest=digest(text),
            note=note,
            published_at=at,
            published_by=by,
            moves_clocks=moves_clocks,
        )
        Revision.objects.update(plan=published.number)
    return published


def version(number: int) -> PlanVersion:
    """A published version; raises NoSuchVersion."""
    found = PlanVersion.objects.filter(number=number).select_related("published_by").first()
    if found is None:
        raise NoSuchVersion(f"There is no version {number} of the plan.")
    return found


def current() -> tuple[int, str]:
    """The number of the plan in force and its canonical text; (0, "") where none was published yet."""
    found = PlanVersion.objects.filter(number__in=Revision.objects.values("plan")).values_list("number", "document")
    return found.first() or (0, "")


def restore(number: int, *, at: datetime, by: User | None = None) -> None:
    """Makes the draft what that version was, to be published again. Teams and calendars it names come back from the
    archive; people stay as they are today otherwise. Raises NoSuchVersion, and Unrestorable where somebody is gone."""
    document = json.loads(version(number).document)
    named = named_by(document)
    missing = [
        *_absent(Team.objects.filter(slug__in=named.teams).values_list("slug", flat=True), named.teams),
        *_absent(Rep.objects.filter(username__in=named.reps).values_list("username", flat=True), named.reps),
        *_absent(Calendar.objects.filter(slug__in=named.calendars).values_list("slug", flat=True), named.calendars),
    ]
    if missing:
        raise Unrestorable(f"Version {number} names {', '.join(missing)}, who or which is not there any more.")
    with recorded(at=at, by=by):
        Team.objects.filter(slug__in=named.teams).update(archived_at=None)
        Calendar.objects.filter(slug__in=named.calendars).update(archived_at=None)
        write_draft(document, at=at)


def _absent(present: Any, named: set[str]) -> list[str]:
    return sorted(named - set(present))
