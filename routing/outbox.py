"""News for people and other systems: written in the transaction that makes it true, told later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from routing import bulk
from routing.models import Event

News = tuple[str, datetime, int | None, int | None, int | None, Mapping[str, Any]]
"""Kind, when, lead, team, rep, detail."""


def tell(
    kind: str,
    *,
    at: datetime,
    lead_id: int | None = None,
    team_id: int | None = None,
    rep_id: int | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One piece of news. `detail` holds ids and plain words, never contact details."""
    tell_all([(kind, at, lead_id, team_id, rep_id, detail or {})])


def tell_all(news: Sequence[News]) -> None:
    """Many pieces of news in one statement."""
    bulk.insert(
        Event,
        ["kind", "at", "lead_id", "team_id", "rep_id", "detail"],
        [(kind, at, lead, team, rep, json.dumps(dict(detail))) for kind, at, lead, team, rep, detail in news],
    )
