"""What is asked of an export: a period, a team, a source. Kept with one that is written in the background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.dateparse import parse_datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Rows of a moment from `since` on, before `until`, of a team and a source by their slugs; empty: any."""

    since: datetime | None = None
    until: datetime | None = None
    team: str = ""
    source: str = ""

    def as_kept(self) -> dict[str, str]:
        """As JSON keeps it."""
        moments = {"since": self.since, "until": self.until}
        return {
            **{name: moment.isoformat() for name, moment in moments.items() if moment is not None},
            "team": self.team,
            "source": self.source,
        }

    @classmethod
    def as_was_kept(cls, kept: Mapping[str, Any]) -> Self:
        """It again."""
        return cls(
            since=parse_datetime(kept.get("since", "")),
            until=parse_datetime(kept.get("until", "")),
            team=kept.get("team", ""),
            source=kept.get("source", ""),
        )
