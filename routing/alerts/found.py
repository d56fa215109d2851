"""Something that is wrong with a team's leads, as it was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from routing.engine.sentences import duration
from routing.models import AlertSettings, Team

Teams = Mapping[int | None, Team | None]
"""The teams that are looked at, by id; None is for leads of no team."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is wrong with which team's leads, in a sentence; the detail holds figures and never who a lead is."""

    team_id: int | None
    kind: str
    text: str
    detail: dict[str, Any] = field(default_factory=dict)


def settings_of(team: Team | None) -> AlertSettings:
    """The settings of a team, with its defaults where nobody set any. The team comes with its row read."""
    return getattr(team, "alert_settings", None) or AlertSettings(team=team)


def of(team: Team | None) -> str:
    """Whose leads, in the sentence."""
    return f" of {team}" if team is not None else " of no team"


def roughly(since: datetime, at: datetime) -> str:
    """How long ago, in its largest unit."""
    seconds = max(60, int((at - since).total_seconds()))
    unit = next(unit for unit in (86400, 3600, 60) if seconds >= unit)
    return duration(seconds // unit * unit)
