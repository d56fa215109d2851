"""A number has the same digits on the page and in the file."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from reports.units import COUNT, DAYS, MINUTES, MONEY, SHARE, TEXT, Unit


@pytest.mark.parametrize(
    ("unit", "value", "written", "shown"),
    [
        (COUNT, 1234567, "1234567", "1,234,567"),
        (COUNT, 0, "0", "0"),
        (SHARE, 10.525, "10.53", "10.53"),
        (SHARE, 100 * 842 / 8000, "10.53", "10.53"),
        (MINUTES, 200, "3.3", "3.3"),
        (DAYS, -86_400, "-1.00", "-1.00"),
        (MINUTES, -0.01, "0.0", "0.0"),
        (MONEY, Decimal("1234.5"), "1234.50", "1,234.50"),
        (MONEY, None, "", "–"),
        (TEXT, "=1+1", "=1+1", "=1+1"),
        (TEXT, date(2026, 5, 1), "2026-05-01", "2026-05-01"),
        (TEXT, datetime(2026, 5, 1, 9, 30, tzinfo=UTC), "2026-05-01T09:30:00+00:00", "2026-05-01T09:30:00+00:00"),
    ],
)
def test_it_is_written_and_shown_with_the_same_digits(unit: Unit, value: object, written: str, shown: str) -> None:
    assert (unit.written(value), unit.shown(value)) == (written, shown)
