"""Whom we know already: the leads that captures of the same person are attached to.

The same (source, external id), whatever became of the lead; else an open lead with the same e-mail address; else one
with the same phone number. A row of a file that came before, to the letter, is the lead that it became then, even where
that lead is closed or bore neither id, address nor number: the same file again creates none.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from routing.models import Capture, Lead


@dataclass(frozen=True, slots=True)
class Keys:
    """What a lead is known by. Empty where it brought nothing of the kind."""

    source_id: int | None
    external_id: str = ""
    email: str = ""
    phone: str = ""
    row: str = ""

    def each(self) -> tuple[Hashable, ...]:
        """Those that are there, in the order in which they are asked."""
        named = (
            ("row", self.source_id, self.row),
            ("external_id", self.source_id, self.external_id),
            ("email", self.email),
            ("phone", self.phone),
        )
        return tuple(key for key in named if key[-1])


class KnownLeads:
    """Leads by what they are known by, asked of the database once for a whole batch."""

    def __init__(self) -> None:
        self.leads: dict[Hashable, Lead] = {}
        self.rows_seen: set[tuple[int | None, str]] = set()

    def look_up(self, wanted: Iterable[Keys]) -> None:
        """Learn of all leads that these keys could mean: at most four queries and one for each further source."""
        keys = list(wanted)
        for source_id in {key.source_id for key in keys}:
            mine = [key for key in keys if key.source_id == source_id]
            if rows := [key.row for key in mine if key.row]:
                came = Capture.objects.filter(source=source_id, idempotency_key__in=rows).select_related("lead")
                for capture in came.only("idempotency_key", *(f"lead__{field}" for field in FIELDS)):
                    self.rows_seen.add((source_id, capture.idempotency_key or ""))
                    if capture.lead is not None:
                        self.leads["row", source_id, capture.idempotency_key] = capture.lead
            if external_ids := [key.external_id for key in mine if key.external_id]:
                for lead in leads(source_id=source_id, external_id__in=external_ids).exclude(external_id=EMPTY):
                    self.leads["external_id", source_id, lead.external_id] = lead
        if emails := [key.email for key in keys if key.email]:
            for lead in leads(is_open=True, email_key__in=emails).exclude(email_key=EMPTY):
                self.leads["email", lead.email_key] = lead
        if phones := [key.phone for key in keys if key.phone]:
            for lead in leads(is_open=True, phone_key__in=phones).exclude(phone_key=EMPTY):
                self.leads["phone", lead.phone_key] = lead

    def find(self, keys: Keys) -> Lead | None:
        """The lead that these keys mean, if there is one."""
        return next((self.leads[key] for key in keys.each() if key in self.leads), None)

    def add(self, keys: Keys, lead: Lead) -> None:
        """From now on these keys mean this lead, where they meant none."""
        for key in keys.each():
            self.leads.setdefault(key, lead)

    def add_row(self, keys: Keys, lead: Lead) -> None:
        """From now on this row of a file means this lead."""
        if keys.row:
            self.leads.setdefault(("row", keys.source_id, keys.row), lead)

    def first_sight_of(self, keys: Keys) -> bool:
        """Whether this row of a file came for the first time. From now on it has."""
        row = (keys.source_id, keys.row)
        if not keys.row or row in self.rows_seen:
            return False
        self.rows_seen.add(row)
        return True


FIELDS = ("id", "owner_id", "team_id", "status", "source_id", "external_id", "email_key", "phone_key")

# A literal, not a parameter: SQLite uses a partial index only where it can see that its condition holds.
EMPTY = RawSQL("''", ())


def leads(**conditions: Any) -> QuerySet[Lead]:
    """Leads with no more than what duplicates need to know of them."""
    return Lead.objects.filter(**conditions).only(*FIELDS).order_by()
