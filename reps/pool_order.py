"""By what the pool is sorted, both ways: nothing that a lead may hide until it is somebody's."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Case, F, IntegerField, Q, QuerySet, When
from django.db.models.functions import Coalesce, Lower

from routing.models import Lead

HOTTEST_FIRST: Final = Case(When(band="hot", then=0), When(band="warm", then=1), default=2, output_field=IntegerField())

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "band": ("band",),
    "lying": ("pooled_at", "captured_at"),
    "company": ("company",),
    "people": ("company_size",),
    "industry": ("industry",),
    "place": ("country", "region", "city"),
    "team": ("team__name",),
}
"""What each order reads of a lead."""

SORTS: Final = {
    "": "Hottest first",
    "-band": "Coldest first",
    "lying": "Longest in the pool",
    "-lying": "Newest in the pool",
    "company": "Company, A to Z",
    "-company": "Company, Z to A",
    "-people": "Most people",
    "people": "Fewest people",
    "industry": "Industry, A to Z",
    "-industry": "Industry, Z to A",
    "place": "Place, A to Z",
    "-place": "Place, Z to A",
    "team": "Team, A to Z",
    "-team": "Team, Z to A",
}


def in_order(leads: QuerySet[Lead], sort: str) -> QuerySet[Lead]:
    """The leads by one of SORTS; where that is the same, or not known, hottest first, then oldest."""
    rest = (HOTTEST_FIRST, "captured_at", "pk")
    column, descending = sort.removeprefix("-"), sort.startswith("-")
    first: list[Any] = []
    if column == "band":
        first = [HOTTEST_FIRST.desc() if descending else HOTTEST_FIRST.asc()]
    elif column == "lying":
        first = [_way(Coalesce(*COLUMNS[column]), descending)]
    elif column == "people":
        first = [_way(F("company_size"), descending)]
    elif column in COLUMNS:
        known = Q.create([(name, "") for name in COLUMNS[column]], connector=Q.AND)
        first = [Case(When(known, then=1), default=0, output_field=IntegerField())]
        first += [_way(Lower(name), descending) for name in COLUMNS[column]]
    return leads.order_by(*first, *rest)


def _way(value: Any, descending: bool) -> Any:
    return value.desc(nulls_last=True) if descending else value.asc(nulls_last=True)
