"""Many rows in one statement, on both databases: one JSON text on PostgreSQL, prepared rows on SQLite.

The ORM's bulk_create and bulk_update spend more on a row than routing does. Values are given as the database takes
them, but for date-times, which come aware; JSON comes as text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from django.db import connection, models

Row = Sequence[Any]
_VARIABLES: Final = 30_000
"""SQLite takes 32,766 in one statement."""


def insert(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Adds rows. `columns` are the model's field names (a foreign key by its `_id`)."""
    if not rows:
        return
    names, table = _names(model, columns), _quoted(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"INSERT INTO {table} ({names}) {_given(model, columns)}", _as_json(rows))
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", _prepared(model, columns, rows))  # noqa: S608


def insert_returning(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, by: str, or_ignore: bool = False
) -> dict[Any, int]:
    """Adds rows and gives their ids by the value of one column that tells them apart.

    With `or_ignore` a row that a unique constraint refuses is left out, of the answer too.
    """
    if not rows:
        return {}
    names, table, key = _names(model, columns), _quoted(model._meta.db_table), _column(model, by)
    ignoring = " ON CONFLICT DO NOTHING" if or_ignore else ""
    found: dict[Any, int] = {}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"INSERT INTO {table} ({names}) {_given(model, columns)}{ignoring} RETURNING {key}, id",
                _as_json(rows),
            )
            return dict(cursor.fetchall())
        step = max(1, _VARIABLES // len(columns))
        prepared = list(_prepared(model, columns, rows))
        for start in range(0, len(prepared), step):
            chunk = prepared[start : start + step]
            places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(chunk))
            cursor.execute(
                f"INSERT INTO {table} ({names}) VALUES {places}{ignoring} RETURNING {key}, id",  # noqa: S608
                [value for row in chunk for value in row],
            )
            found.update(cursor.fetchall())
    return found


def update(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row], *, key: str = "id") -> None:
    """Writes columns of rows found by `key`, which is the first value of each row."""
    if not rows:
        return
    table, key_column = _quoted(model._meta.db_table), _column(model, key)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            sets = ", ".join(f"{_column(model, name)} = given.c{place}" for place, name in enumerate(columns, 1))
            given = _given(model, [key, *columns])
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM ({given}) AS given WHERE {table}.{key_column} = given.c0",  # noqa: S608
                _as_json(rows),
            )
        else:
            sets = ", ".join(f"{_column(model, name)} = %s" for name in columns)
            prepared = _prepared(model, [key, *columns], rows)
            cursor.executemany(
                f"UPDATE {table} SET {sets} WHERE {key_column} = %s",  # noqa: S608
                [(*row[1:], row[0]) for row in prepared],
            )


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return field


def _column(model: type[models.Model], name: str) -> str:
    return _quoted(_field(model, name).column or name)


def _names(model: type[models.Model], columns: Sequence[str]) -> str:
    return ", ".join(_column(model, name) for name in columns)


@lru_cache(maxsize=256)
def _column_type(model: type[models.Model], name: str) -> str:
    return str(_field(model, name).db_type(connection))


def _given(model: type[models.Model], columns: Sequence[str]) -> str:
    """SELECT of rows given as JSON, an object a row; the columns are called c0, c1, ...

    An array a column would do too, but costs the driver five times as much to write.
    """
    kinds = [_column_type(model, name) for name in columns]
    taken = ", ".join(f"c{place} {'text' if kind == 'jsonb' else kind}" for place, kind in enumerate(kinds))
    picked = ", ".join(
        f"c{place}::jsonb AS c{place}" if kind == "jsonb" else f"c{place}" for place, kind in enumerate(kinds)
    )
    return f"SELECT {picked} FROM json_to_recordset(%s) AS u({taken})"  # noqa: S608


def _as_json(rows: Sequence[Row]) -> list[str]:
    names = [f"c{place}" for place in range(len(rows[0]))]
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    return [json.dumps(objects, default=str, separators=(",", ":"), ensure_ascii=False)]


def _prepared(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> Sequence[Row]:
    adapt: Callable[[datetime | None], Any] = connection.ops.adapt_datetimefield_value
    times = [place for place, name in enumerate(columns) if isinstance(_field(model, name), models.DateTimeField)]
    if not times:
        return rows
    prepared = []
    for row in rows:
        values = list(row)
        for place in times:
            values[place] = adapt(values[place])
        prepared.append(values)
    return prepared
