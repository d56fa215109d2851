"""What reports count with and Django does not bring: percentiles and lengths of time, on both databases."""

from __future__ import annotations

from typing import Any

from django.db.models import Aggregate, FloatField, Func
from django.db.models.expressions import Combinable, Expression


class Seconds(Func):
    """The seconds from one instant to another, as a float; empty where either is. Shape: Seconds(since, until)."""

    output_field = FloatField()
    arg_joiner = " - "
    template = "EXTRACT(EPOCH FROM (%(expressions)s))::float8"

    def __init__(self, since: Expression | Combinable | str, until: Expression | Combinable | str) -> None:
        super().__init__(until, since)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        template = "(django_timestamp_diff(%(expressions)s) / 1000000.0)"
        return super().as_sql(compiler, connection, template=template, arg_joiner=", ", **extra)


class Days(Func):
    """The days from one date to another, as a float; empty where either is. Shape: Days(since, until)."""

    output_field = FloatField()
    arg_joiner = " - "
    template = "(%(expressions)s)::float8"

    def __init__(self, since: Expression | Combinable | str, until: Expression | Combinable | str) -> None:
        super().__init__(until, since)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        def day(date: Expression) -> Func:
            return Func(date, function="julianday", output_field=FloatField())

        until, since = self.source_expressions
        return compiler.compile(Func(day(until), day(since), template="(%(expressions)s)", arg_joiner=" - "))


class Percentile(Aggregate):
    """The value below which this share (0 to 1) of the known ones lies, linear between two of them (Hyndman and Fan's
    type 7, as in spreadsheets and in SQL's percentile_cont). Empty where nothing is known.
    """

    output_field = FloatField()
    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY (%(expressions)s)::float8)"

    def __init__(self, expression: Expression | Combinable | str, share: float, **extra: Any) -> None:
        super().__init__(expression, share=repr(float(share)), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        own = self.copy()
        own.template = "percentile_cont(%(expressions)s, %(share)s)"  # handed over, it would not go with a filter
        return own.as_sql(compiler, connection, **extra)


def Median(expression: Expression | Combinable | str, **extra: Any) -> Percentile:  # noqa: N802  # reads as the aggregate it is
    """The value in the middle."""
    return Percentile(expression, 0.5, **extra)


def P90(expression: Expression | Combinable | str, **extra: Any) -> Percentile:  # noqa: N802  # a percentile by its name
    """The value that nine of ten do not exceed."""
    return Percentile(expression, 0.9, **extra)


class _Percentile:
    """SQLite's percentile_cont: values come one by one."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self.share = 0.5

    def step(self, value: float | None, share: float) -> None:
        self.share = share
        if value is not None:
            self.values.append(value)

    def finalize(self) -> float | None:
        if not self.values:
            return None
        self.values.sort()
        place = self.share * (len(self.values) - 1)
        below = int(place)
        above = min(below + 1, len(self.values) - 1)
        return self.values[below] + (self.values[above] - self.values[below]) * (place - below)


def teach_sqlite(sender: Any, connection: Any, **_: Any) -> None:
    """Gives a new SQLite connection its percentile_cont."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("percentile_cont", 2, _Percentile)
