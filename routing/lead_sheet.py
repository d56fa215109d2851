"""A lead as a row of a file: its facts by the names that the importer knows, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from routing.access import CONTACT
from routing.engine.fields import ATTRIBUTE_PREFIX
from routing.models import Lead
from routing.own_files import LEADS

MOST_NAMES: Final = 200
"""Columns of attributes: a source that makes up names must not make a file without end."""

ELSEWHERE: Final = {
    "id": "pk",
    "source": "source__slug",
    "territory": "territory__slug",
    "team": "team__slug",
    "team_name": "team__name",
    "owner": "owner__username",
    "owner_name": "owner__name",
    "stage": "stage__slug",
}
"""Where a column is read that is called otherwise in the database."""

COLUMNS: Final = (
    *(*LEADS, "channel", "external_id", "first_name", "last_name", "email", "phone", "job_title", "company"),
    *("company_size", "industry", "country", "region", "city", "postcode", "language", "timezone", "product", "budget"),
    *("current_solution", "engagement", "score", "band", "territory", "status", "reason", "team", "team_name", "owner"),
    *("owner_name", "rule", "stage", "assigned_at", "first_touch_at", "contacted_at", "meeting_at", "opportunity_at"),
    *("proposal_at", "won_at", "lost_at", "lost_reason", "value"),
)
NUMBERS: Final = ("company_size", "budget", "engagement", "value")


def number(value: Decimal | None) -> int | Decimal | None:
    """A number as people write it: without the zeros that the database keeps."""
    if value is None:
        return None
    if value == value.to_integral_value():
        return int(value)
    short = value.normalize()
    # A point and three digits may mean thousands: the importer would ask which.
    return short.quantize(Decimal("0.0001")) if short.as_tuple().exponent == -3 else short


@dataclass(frozen=True)
class LeadSheet:
    """The columns of a file of leads.

    Without `contact`, those that say who a lead is are absent, attributes among them. Attributes have a column each;
    where leads have more of them than is sensible, the rest is JSON in a last column.
    """

    contact: bool = True
    attributes: Sequence[str] = ()
    more: bool = False

    @classmethod
    def of(cls, leads: QuerySet[Lead], *, contact: bool = True) -> LeadSheet:
        """The columns that these leads want; one query."""
        return cls(contact, *attribute_names(leads)) if contact else cls(contact)

    @property
    def header(self) -> list[str]:
        names = [f"{ATTRIBUTE_PREFIX}{name}" for name in self.attributes]
        return self._columns + names + ["more_attributes"] * self.more

    @cached_property
    def _columns(self) -> list[str]:
        return [name for name in COLUMNS if self.contact or name not in CONTACT]

    @cached_property
    def _numbers(self) -> list[int]:
        return [self._columns.index(name) for name in NUMBERS]

    def reading(self, leads: QuerySet[Lead]) -> QuerySet[Any]:
        """What is read of these leads, the key first. Nothing else leaves the database; what is masked stays so."""
        masked = leads.query.annotations
        places = [ELSEWHERE.get(name, name) for name in self._columns]
        if self.attributes:
            places.append("attributes")
        return leads.values_list(*(f"shown_{place}" if f"shown_{place}" in masked else place for place in places))

    def row(self, told: Sequence[Any]) -> list[Any]:
        """A line of what was read."""
        row = list(told)
        for place in self._numbers:
            row[place] = number(row[place])
        if self.attributes:
            attributes = dict(row.pop())
            row.extend(_told(attributes.pop(name, None)) for name in self.attributes)
            if self.more:
                row.append(_told(attributes or None))
        return row


def attribute_names(leads: QuerySet[Lead]) -> tuple[list[str], bool]:
    """The names of the attributes of these leads, in order, the commonest ones; and whether there are more."""
    column = "shown_attributes" if "shown_attributes" in leads.query.annotations else "attributes"
    sql, params = leads.order_by().values(column).query.sql_with_params()
    if connection.vendor == "postgresql":
        keys = f"jsonb_object_keys(told.{column}) AS one (key)"
    else:
        keys = f"json_each(told.{column}) AS one"
    asked = f"SELECT one.key FROM ({sql}) AS told, {keys} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST_NAMES + 1}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(asked, params)
        names = [name for (name,) in cursor.fetchall()]
    return sorted(names[:MOST_NAMES]), len(names) > MOST_NAMES


def _told(value: Any) -> Any:
    """An attribute; intake keeps texts, whatever else stands there is JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value
