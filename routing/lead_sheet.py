"""A lead as a row of a file: its facts by the names that the importer knows, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from routing.access import CONTACT
from routing.engine.fields import ATTRIBUTE_PREFIX
from routing.models import Lead

RELATED: Final = ("source", "territory", "team", "owner", "stage")
AT_ONCE: Final = 2_000
MOST_NAMES: Final = 200
"""Columns of attributes: a source that makes up names must not make a file without end."""


def number(value: Decimal | None) -> int | Decimal | None:
    """A number as people write it: without the zeros that the database keeps."""
    if value is None:
        return None
    if value == value.to_integral_value():
        return int(value)
    short = value.normalize()
    # A point and three digits may mean thousands: the importer would ask which.
    return short.quantize(Decimal("0.0001")) if short.as_tuple().exponent == -3 else short


def _number(name: str) -> Callable[[Lead], int | Decimal | None]:
    return lambda lead: number(getattr(lead, name))


def _of(related: str, name: str) -> Callable[[Lead], Any]:
    return lambda lead: getattr(getattr(lead, related), name, None)


def _facts(*names: str) -> list[tuple[str, Callable[[Lead], Any]]]:
    return [(name, attrgetter(name)) for name in names]


COLUMNS: Final[Sequence[tuple[str, Callable[[Lead], Any]]]] = (
    ("id", attrgetter("pk")),
    ("captured_at", attrgetter("captured_at")),
    ("source", _of("source", "slug")),
    *_facts("channel", "external_id", "first_name", "last_name", "email", "phone", "job_title", "company"),
    ("company_size", _number("company_size")),
    *_facts("industry", "country", "region", "city", "postcode", "language", "timezone", "product"),
    ("budget", _number("budget")),
    ("current_solution", attrgetter("current_solution")),
    ("engagement", _number("engagement")),
    *_facts("score", "band"),
    ("territory", _of("territory", "slug")),
    *_facts("status", "reason"),
    ("team", _of("team", "slug")),
    ("owner", _of("owner", "username")),
    ("rule", attrgetter("rule")),
    ("stage", _of("stage", "slug")),
    *_facts("assigned_at", "first_touch_at", "contacted_at", "meeting_at", "opportunity_at", "proposal_at"),
    *_facts("won_at", "lost_at", "lost_reason"),
    ("value", _number("value")),
)
"""Column by column. Its beginning is routing.own_files.LEADS."""


def sheet(leads: QuerySet[Lead], *, contact: bool = True) -> tuple[list[str], Iterator[list[Any]]]:
    """Header and rows of these leads, read from the database as they are asked for.

    Without `contact`, the columns that say who a lead is are absent, attributes among them. Attributes have a column
    each, the commonest ones; where a database knows more names than that, the rest is JSON in a last column.
    """
    columns = [(name, read) for name, read in COLUMNS if contact or name not in CONTACT]
    names, more = attribute_names(leads) if contact else ([], False)
    header = (
        [name for name, _ in columns] + [f"{ATTRIBUTE_PREFIX}{name}" for name in names] + ["more_attributes"] * more
    )
    readers = [read for _, read in columns]
    leads = leads.select_related(*RELATED)
    if not contact:
        leads = leads.defer(*CONTACT)

    def rows() -> Iterator[list[Any]]:
        for lead in leads.iterator(AT_ONCE):
            row = [read(lead) for read in readers]
            if names:
                told = dict(lead.attributes)
                row.extend(_told(told.pop(name, None)) for name in names)
                if more:
                    row.append(_told(told or None))
            yield row

    return header, rows()


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
