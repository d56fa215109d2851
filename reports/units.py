"""In which unit a number of a report is counted, and how it is written: the same digits on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from routing.export import Figure


@dataclass(frozen=True)
class Unit:
    """`scale` is what one is divided by (seconds are counted, hours are told); `digits` follow the point."""

    name: str
    digits: int = 0
    scale: float = 1
    numeric: bool = True
    suffix: str = ""
    """What follows the number on a page. In a file it is in the header."""

    def told(self, value: Any) -> Any:
        """The value in this unit, rounded to its digits; what is no number as it is. None stays None."""
        if value is None or not self.numeric:
            return value
        rounded = round(float(value) / self.scale, self.digits)
        return int(rounded) if self.digits == 0 else rounded + 0.0  # no minus before a zero

    def written(self, value: Any) -> str:
        """How a file has it: a point, no thousands, ISO dates; nothing where it is not known."""
        told = self.told(value)
        if told is None:
            return ""
        if isinstance(told, datetime):
            return told.isoformat(timespec="seconds")
        if isinstance(told, date):
            return told.isoformat()
        return Figure(f"{told:.{self.digits}f}") if self.numeric else str(told)

    def shown(self, value: Any) -> str:
        """How a page has it: the same digits, in groups of three."""
        told = self.told(value)
        if told is None:
            return "–"
        return f"{told:,.{self.digits}f}" if self.numeric else self.written(value)


COUNT: Final = Unit("")
SHARE: Final = Unit("%", digits=2, suffix=" %")
"""Counted as a part of one hundred."""
MINUTES: Final = Unit("min", digits=1, scale=60)
"""Counted in seconds."""
HOURS: Final = Unit("h", digits=1, scale=3_600)
"""Counted in seconds."""
DAYS: Final = Unit("days", digits=2, scale=86_400)
"""Counted in seconds."""
CALENDAR_DAYS: Final = Unit("days", digits=2)
"""Counted in days, from date to date."""
MONEY: Final = Unit("", digits=2)
"""In the site's currency."""
DECIMAL: Final = Unit("", digits=2)
INDEX: Final = Unit("0 to 1", digits=4)
STARS: Final = Unit("1 to 5", digits=2)
TEXT: Final = Unit("", numeric=False)
