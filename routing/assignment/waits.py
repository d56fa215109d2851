"""How long a lead waited in working time, measured at its touch: what somebody's hours were is known only then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from routing.engine.clocks import counting
from routing.engine.working_time import NeverOpen, Schedule, elapsed, next_opening
from routing.models import Lead
from routing.roster import directory


@dataclass
class WorkingWaits:
    """The waits that one touch ended, by the hours of whoever touched the lead; where nobody had it, by its team's.

    Asks once whether the people in memory are still as they were, and only where there is something to measure.
    """

    lead: Lead
    rep_id: int | None

    def between(self, since: datetime, at: datetime) -> int | None:
        """Whole working seconds, none for a touch before it waited; None where nobody ever works by these hours."""
        return working_seconds(self._hours, since, at)

    @cached_property
    def _hours(self) -> Schedule:
        who = directory()
        rep = who.people.reps.get(who.usernames.get(self.rep_id or 0, ""))
        team = who.people.teams.get(who.team_slugs.get(self.lead.team_id or 0, ""))
        return counting("owner", team=team.calendar if team is not None else None, owner=rep)


def working_seconds(hours: Schedule, since: datetime, at: datetime) -> int | None:
    """Whole working seconds between two instants by some hours, none where the second is the earlier one.

    None for hours that never open: nothing can be counted in them.
    """
    waited = elapsed(hours, since, at) if since < at else timedelta()
    if waited or since >= at:
        return int(waited.total_seconds())
    try:
        next_opening(hours, at)
    except NeverOpen:
        return None
    return 0
