"""A lead of the database as the engine reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from routing.engine.plan import CompiledPlan
from routing.engine.returning import Key
from routing.roster import source_slug, stage_slug

TEXTS: Final = (
    "external_id",
    "channel",
    "email",
    "email_domain",
    "phone",
    "first_name",
    "last_name",
    "job_title",
    "company",
    "industry",
    "country",
    "region",
    "city",
    "postcode",
    "language",
    "timezone",
    "product",
    "current_solution",
)
NUMBERS: Final = ("company_size", "budget", "engagement")
COLUMNS: Final = (
    *("pk", "cycle", "urgent", "timed", "status", "rule", "reason", "waiting_since", "routed_at"),
    *("email_key", "phone_key", "company_key", "free_mail", "source_id", "stage_id", "captured_at", "attributes"),
    *TEXTS,
    *NUMBERS,
)
_FIRST_TEXT: Final = 17


@dataclass(slots=True)
class Taken:
    """A lead that is being routed: its facts by field name, what it is recognised by, and where it stood.

    `people` and `plan` are the revision read with it. `cycle_began` says whether somebody may have had it before.
    """

    id: int
    cycle: int
    urgent: bool
    timed: bool
    was: tuple[str, str, str]
    waiting_since: datetime | None
    cycle_began: bool
    raw: dict[str, Any]
    keys: dict[str, tuple[Key, ...]]
    people: int
    plan: int

    def read(self, plan: CompiledPlan) -> dict[str, str]:
        """The facts that the plan's conditions read, as text: what an explanation keeps."""
        raw = self.raw
        return {name: as_text(raw[name]) for name in plan.reads if raw.get(name) is not None}


def taken_from(row: Sequence[Any]) -> Taken:
    """The lead in a row of COLUMNS with the revision of people and plan behind it."""
    (pk, cycle, urgent, timed, status, rule, reason, waiting_since, routed_at) = row[:9]
    (email_key, phone_key, company_key, free_mail, source, stage, captured_at, attributes) = row[9:_FIRST_TEXT]
    last_text = _FIRST_TEXT + len(TEXTS)
    raw: dict[str, Any] = {name: value for name, value in zip(TEXTS, row[_FIRST_TEXT:last_text], strict=True) if value}
    raw.update((name, value) for name, value in zip(NUMBERS, row[last_text:-2], strict=True) if value is not None)
    raw["source"], raw["stage"], raw["captured_at"] = source_slug(source), stage_slug(stage), captured_at
    if free_mail is not None:
        raw["free_mail"] = "yes" if free_mail else "no"
    for name, value in attributes.items():
        raw[f"attributes.{name}"] = value
    keys: dict[str, tuple[Key, ...]] = {}
    if email_key:
        keys["email"] = (("email", email_key),)
    if phone_key:
        keys["phone"] = (("phone", phone_key),)
    company: list[Key] = []
    if free_mail is False and "email_domain" in raw:
        company.append(("domain", raw["email_domain"]))
    if company_key:
        company.append(("name", company_key))
    if company:
        keys["company"] = tuple(company)
    was, cycle_began = (status, rule, reason), routed_at is not None or cycle > 1
    return Taken(pk, cycle, urgent, timed, was, waiting_since, cycle_began, raw, keys, row[-2], row[-1])


def as_text(value: Any) -> str:
    """A fact as explanations keep it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
