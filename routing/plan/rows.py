"""Rows made equal to what a document says, writing only where they differ."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


def bring(
    model: type[Row], wanted: Mapping[str, Mapping[str, Any]], *, key: str = "slug", only_new: Collection[str] = ()
) -> dict[str, Row]:
    """The wanted rows by their key: missing ones made, others changed where they differ.

    What a row has beyond the named attributes stays; `only_new` names those that an existing row keeps as they are.
    """
    rows: dict[str, Row] = {getattr(row, key): row for row in model._default_manager.all()}
    new, changed, fields = [], [], set()
    for name, attributes in wanted.items():
        row = rows.get(name)
        if row is None:
            rows[name] = row = model(**{key: name}, **attributes)
            new.append(row)
            continue
        differing = [
            field for field, value in attributes.items() if field not in only_new and getattr(row, field) != value
        ]
        if differing:
            for field in differing:
                setattr(row, field, attributes[field])
            fields.update(differing)
            changed.append(row)
    model._default_manager.bulk_create(new)
    if changed:
        model._default_manager.bulk_update(changed, sorted(fields), batch_size=500)
    return {name: rows[name] for name in wanted}


def archive(model: type[models.Model], *, all_but: Collection[str], at: datetime) -> None:
    """What is no longer wanted is archived: history may refer to it."""
    going = [
        pk
        for pk, slug in model._default_manager.filter(archived_at=None).values_list("pk", "slug")
        if slug not in all_but
    ]
    if going:
        model._default_manager.filter(pk__in=going).update(archived_at=at)


def positions(wanted: Iterable[str], present: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Where each wanted name stands: places that already give this order stay, else they are counted anew from 0.

    `present` are the names and positions of today, in order.
    """
    names = list(wanted)
    today = list(present)
    if names == [name for name, _ in today]:
        return dict(today)
    return {name: place for place, name in enumerate(names)}
