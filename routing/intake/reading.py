"""What a stored capture says, as the fields of a lead, or why it is none.

A program that sends a lead can mend it at once: whatever is wrong with any field, it is told. A file was often typed by
people: a row is turned away where it says wrongly who the lead is; a size, a country or a date that cannot be read is
kept as an attribute of the same name, and noted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from routing.engine.fields import ATTRIBUTE_PREFIX
from routing.intake.capture import Unreadable, WrongShape, content
from routing.intake.known import Keys
from routing.intake.mapping import ColumnMapping, apply
from routing.intake.normalise import Normalised, normalise
from routing.intake.past import ALSO, Names, Past, oddities, read_past
from routing.models import Capture

log = logging.getLogger(__name__)

Errors = dict[str, list[str]]

WHO_IT_IS: Final = ("external_id", "email", "phone")

NOBODY: Final = "Send at least one of email, phone and external_id, or a name with a company."

CHANNEL_LONGEST: Final = 20

ROW: Final = "row"
FACTS: Final = "facts"
"""A row of a file is kept as it stands there, and by the fields that its columns were read as."""

HOSTED_FORM: Final = "application/vnd.leadops.form+json"
"""A form that LeadOps showed is kept as it was posted (`form`), by fields (`facts`), and with what was agreed to
(`consent`)."""

BODY: Final = "body"
"""In place of a field: the body as a whole is wrong."""

FAILURE: Final = "error"
"""In place of a field: something went wrong here, whatever was sent."""


@dataclass(slots=True)
class Reading:
    """A capture as it was read: the fields of a lead, or what is wrong, by field.

    `stays_in_inbox`: a person should look at it, even though its sender was told.
    """

    capture: Capture
    values: dict[str, Any] = field(default_factory=dict)
    errors: Errors | None = None
    notes: list[str] = field(default_factory=list)
    stays_in_inbox: bool = False
    past: Past | None = None

    @property
    def keys(self) -> Keys:
        """What its lead would be known by. One that was closed elsewhere repeats nobody who is open here."""
        is_closed = self.past is not None and not self.past.is_open
        return Keys(
            source_id=self.capture.source_id,
            external_id=self.values.get("external_id", ""),
            email="" if is_closed else self.values.get("email_key", ""),
            phone="" if is_closed else self.values.get("phone_key", ""),
            row=f"row:{self.capture.body_digest}" if self.capture.run_id is not None else "",
        )


def read(capture: Capture) -> Reading:
    """Read a capture; whatever is wrong with it is told in the reading, never raised."""
    try:
        return facts(capture)
    except Unreadable as unreadable:
        return Reading(capture, errors={BODY: [str(unreadable)]}, stays_in_inbox=True)
    except WrongShape as wrong:
        return Reading(capture, errors={BODY: [str(wrong)]})
    except Exception as error:
        log.exception("capture %s cannot be read", capture.pk)
        return Reading(capture, errors=failure(error), stays_in_inbox=True)


def read_all(captures: Iterable[Capture], *, made: Collection[str] = ()) -> list[Reading]:
    """Read captures, and look up whom and what stages those of the past name: two queries however many they are.

    `made` are owners who will be reps by the time it is meant.
    """
    readings = [read(capture) for capture in captures]
    told = [(reading, past) for reading in readings if reading.errors is None and (past := reading.past) is not None]
    names = Names(made=made) if told else None
    for reading, past in told:
        reading.errors = (names.place(past) if names is not None else None) or None
        if reading.errors is None:
            reading.notes += oddities(past)
            reading.values |= past.columns
    return readings


def failure(error: Exception) -> Errors:
    """An error of ours, as it is kept on the capture."""
    return {FAILURE: [f"{type(error).__name__}: {error}"[:2000]]}


def facts(capture: Capture) -> Reading:
    """The lead's fields, in the forms that routing compares. Raises Unreadable or WrongShape."""
    source = capture.source
    row_of_file = capture.run_id is not None
    sent = content(capture)
    our_form = capture.content_type == HOSTED_FORM
    raw = sent[FACTS] if row_of_file or our_form else renamed(sent, source.mapping)
    past = None
    if capture.run is not None and capture.run.history:
        past, problems = read_past(raw, at=capture.received_at)
        if problems:
            return Reading(capture, errors=problems)
        raw = {name: value for name, value in raw.items() if name not in ALSO}
    read = normalise({**flat(source.defaults), **set_ones(raw)}, region=source.default_country or None)
    check_origin(read, capture)
    if row_of_file:
        make_lenient(read)
    if not read.problems and not says_who(read):
        read.problem("email", NOBODY)
    notes = [*(capture.notes or []), *read.notes]
    if read.problems:
        return Reading(capture, errors=read.problems, notes=notes)
    consent = {"consent": str(sent["consent"])} if our_form else {}
    return Reading(capture, values=fields(read) | consent, notes=notes, past=past)


def renamed(sent: dict[str, Any], mapping: dict[str, str]) -> dict[str, Any]:
    """What was sent, by the names of fields: a source may call some of them otherwise."""
    if not mapping:
        return sent
    called_otherwise = {name: value for name, value in sent.items() if name in mapping}
    rest = {name: value for name, value in sent.items() if name not in mapping}
    return rest | apply(ColumnMapping(mapping), called_otherwise)


def flat(facts: dict[str, Any]) -> dict[str, Any]:
    """The same facts, each attribute under a name of its own."""
    attributes = facts.get("attributes")
    if not isinstance(attributes, dict):
        return facts
    rest = {name: value for name, value in facts.items() if name != "attributes"}
    return rest | {f"{ATTRIBUTE_PREFIX}{name}": value for name, value in attributes.items()}


def set_ones(facts: dict[str, Any]) -> dict[str, Any]:
    """Without what was left blank, which a default may fill."""
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def check_origin(read: Normalised, capture: Capture) -> None:
    """Source, channel and stage are not the sender's to choose freely."""
    source, stage, channel = (read.facts.pop(name, None) for name in ("source", "stage", "channel"))
    if source is not None and source != capture.source.slug:
        read.problem("source", f"This comes from the source {capture.source.slug!r}; leave it out.", str(source))
    if stage is not None and str(stage).lower() != "new":
        read.problem("stage", "A lead starts as new; leave it out.", str(stage))
    if channel is not None and len(str(channel)) > CHANNEL_LONGEST:
        read.problem("channel", f"is longer than {CHANNEL_LONGEST} characters", str(channel))
    elif channel is not None:
        read.facts["channel"] = channel


def make_lenient(read: Normalised) -> None:
    """Of a file's row, keep as an attribute what cannot be read as the field it stands under."""
    for name in [name for name in read.problems if name not in WHO_IT_IS]:
        words = " ".join(read.problems.pop(name))
        if text := read.unread.get(name):
            read.attributes.setdefault(name, text)
            words = f"{words}; kept as an attribute"
        read.note(name, words)


def says_who(read: Normalised) -> bool:
    """Whether anybody could find the lead again: by an address, a number, an id, or a name with a company."""
    named = "first_name" in read.facts or "last_name" in read.facts
    return read.is_identified or (named and "company" in read.facts)


def fields(read: Normalised) -> dict[str, Any]:
    """The columns of a lead."""
    keys = read.keys
    return {
        **read.facts,
        "attributes": read.attributes,
        "email_key": keys.email_key or "",
        "email_domain": keys.email_domain or "",
        "free_mail": keys.free_mail,
        "phone_key": keys.phone_key or "",
        "company_key": keys.company_key or "",
    }
