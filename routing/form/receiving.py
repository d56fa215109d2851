"""From a posted form to a lead: kept as it came, then checked, then understood like everything that arrives."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import QueryDict

from routing import jobs
from routing.form import junk
from routing.form.answers import Answers, in_their_words, problems
from routing.form.asking import Asked
from routing.intake import capture as captures
from routing.intake.leads import understand
from routing.intake.reading import HOSTED_FORM
from routing.models import Capture, Source

log = logging.getLogger(__name__)

LARGEST: Final = 64 * 1024
POSTED_AS: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a posted form: in, or back to its sender with what is wrong, by field."""

    capture: Capture
    answers: Answers
    errors: Mapping[str, str] = field(default_factory=dict)


def receive(
    *,
    source: Source,
    questions: tuple[Asked, ...],
    body: bytes,
    content_type: str,
    came_by: Mapping[str, str],
    count: int,
    at: datetime,
) -> Received:
    """Take in one posted form. `count`: how many came from this address lately. The same page sent twice is one."""
    posted = read(body, content_type)
    answers = Answers.of(questions, posted)
    consent = source.form_consent.strip() if answers.agreed else ""
    held = junk.against(posted, source.slug, count=count, at=at)
    kept = {
        "form": body.decode("utf-8", "replace"),
        "facts": answers.facts(came_by),
        "consent": f"{consent}\nAgreed on {at:%Y-%m-%d at %H:%M} UTC, form {source.slug}." if consent else "",
    }
    capture = captures.store(
        source=source,
        body=json.dumps(kept).encode(),
        content_type=HOSTED_FORM,
        channel="form",
        at=at,
        idempotency_key=None if held else f"form:{hashlib.sha256(body).hexdigest()}",
        digest_of=body,
        quarantined_because=held,
    )
    if capture.status == Capture.Status.STORED:
        return understood(capture, answers, problems(questions, answers, consent=source.form_consent.strip()), at=at)
    if capture.status == Capture.Status.REJECTED:  # sent a second time as it was
        errors = problems(questions, answers, consent=source.form_consent.strip())
        return Received(capture, answers, errors or in_their_words(capture.error or {}, answers))
    return Received(capture, answers)


def understood(capture: Capture, answers: Answers, errors: Mapping[str, str], *, at: datetime) -> Received:
    """A stored form, made a lead, or refused with what its sender is told."""
    if errors:
        captures.refuse(capture, {name: [words] for name, words in errors.items()})
        return Received(capture, answers, errors)
    try:
        outcome = understand([capture], at=at)[0]
    except (OperationalError, InterfaceError):
        log.exception("capture %s is stored and waits for the sweep", capture.pk)
        return Received(capture, answers)
    if outcome.status == Capture.Status.REJECTED:
        return Received(capture, answers, in_their_words(outcome.errors or {}, answers))
    if outcome.status == Capture.Status.LEAD:
        jobs.wake_routing()
    return Received(capture, answers)


def read(body: bytes, content_type: str) -> Mapping[str, str]:
    """The boxes of a posted form; of several with one name, the last. Nothing where it is no form."""
    if content_type.partition(";")[0].strip().lower() != POSTED_AS:
        return {}
    try:
        return QueryDict(body, encoding="utf-8").dict()
    except (SuspiciousOperation, UnicodeDecodeError):
        return {}
