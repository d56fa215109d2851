"""Asks the database for what is counted: of each group, and of all. One query each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import Combinable


def of_groups(rows: QuerySet[Any], by: Combinable, aggregates: Mapping[str, Any]) -> dict[Any, dict[str, Any]]:
    """What is counted of each group of `rows` (which have no order), by the group's raw value, then by key."""
    groups = rows.values(n_by=by).annotate(**_apart(aggregates))
    return {group["n_by"]: {key: group[f"n_{key}"] for key in aggregates} for group in groups}


def of_all(rows: QuerySet[Any], aggregates: Mapping[str, Any]) -> dict[str, Any]:
    """What is counted of all of them, by key."""
    found = rows.aggregate(**_apart(aggregates))
    return {key: found[f"n_{key}"] for key in aggregates}


def _apart(aggregates: Mapping[str, Any]) -> dict[str, Any]:
    """Named apart from the fields of what is counted: a column may be called like one."""
    return {f"n_{key}": of for key, of in aggregates.items()}
