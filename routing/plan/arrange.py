"""The order of the draft's lists: one row up or down, or all of them anew. The catch-all stays the last rule."""

from collections.abc import Sequence

from django.db import transaction

from routing.models import Rule, Territory
from routing.models.plan import Archivable


class NotInOrder(Exception):
    """An order that cannot be: it leaves rows out, or puts a rule behind the catch-all."""


def move(model: type[Archivable], pk: int, *, by: int) -> bool:
    """Moves a row `by` places among its neighbours (a territory's are its siblings). Whether anything moved.

    Raises NotInOrder where a rule would come to stand behind the catch-all.
    """
    with transaction.atomic():
        rows = _listed(model)
        row = next((one for one in rows if one.pk == pk), None)
        if row is None:
            return False
        neighbours = [one for one in rows if _beside(one, row)]
        place = neighbours.index(row)
        to = min(max(place + by, 0), len(neighbours) - 1)
        if to == place:
            return False
        places = [rows.index(one) for one in neighbours]
        neighbours.insert(to, neighbours.pop(place))
        for index, one in zip(places, neighbours, strict=True):
            rows[index] = one
        _keep(model, rows)
    return True


def put_in_order(model: type[Archivable], pks: Sequence[int]) -> bool:
    """Puts the rows in this order; whether anything moved. Raises NotInOrder, also where rows came or went."""
    with transaction.atomic():
        rows = {row.pk: row for row in _listed(model)}
        if sorted(rows) != sorted(pks):
            raise NotInOrder("The list has changed meanwhile. Here it is as it stands now.")
        if list(rows) == list(pks):
            return False
        _keep(model, [rows[pk] for pk in pks])
    return True


def make_room(model: type[Archivable]) -> int:
    """The position for a new row: the last; for a rule, the one before the catch-all, which moves on."""
    rows = _listed(model)
    if model is Rule and rows and is_catch_all(rows[-1]):
        last = rows[-1]
        model._default_manager.filter(pk=last.pk).update(position=last.position + 1)
        return last.position
    return rows[-1].position + 1 if rows else 0


def is_catch_all(row: Archivable) -> bool:
    """Whether a row is a rule that asks nothing of a lead."""
    return isinstance(row, Rule) and row.when is None


def _listed(model: type[Archivable]) -> list[Archivable]:
    return list(model._default_manager.filter(archived_at=None).order_by("position", "pk"))


def _beside(one: Archivable, other: Archivable) -> bool:
    return not isinstance(one, Territory) or not isinstance(other, Territory) or one.parent_id == other.parent_id


def _keep(model: type[Archivable], rows: list[Archivable]) -> None:
    if model is Rule and any(is_catch_all(row) for row in rows) and not is_catch_all(rows[-1]):
        raise NotInOrder("The rule without conditions takes every lead, so it stays the last.")
    moved = []
    for place, row in enumerate(rows):
        if row.position != place:
            row.position = place
            moved.append(row)
    model._default_manager.bulk_update(moved, ["position"], batch_size=500)
