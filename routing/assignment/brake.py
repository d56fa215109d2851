"""The brake on leads that waited: nobody who comes back gets more than a few of them at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.db.models import Count

from routing.models import Decision, Lead
from routing.roster import Directory


class Routed(Protocol):
    """A lead that is being routed, with its status before."""

    @property
    def was(self) -> tuple[str, str, str]: ...


@dataclass(slots=True)
class Brake:
    """How many waiting leads each rep was given in the last minutes. `limit` 0 brakes nobody."""

    limit: int
    given: Counter[str]
    _full: frozenset[str] | None = None

    @classmethod
    def of(cls, leads: Sequence[Routed], who: Directory, at: datetime) -> Brake:
        """The brake for a batch; one query where a lead of it waited, none elsewhere."""
        limit = settings.HELD_LEADS_AT_ONCE
        given: Counter[str] = Counter()
        if limit and any(lead.was[0] == Lead.Status.WAITING for lead in leads):
            since = at - timedelta(minutes=settings.HELD_LEADS_MINUTES)
            recent = Decision.objects.filter(at__gt=since, after_wait=True, rep__isnull=False)
            for rep_id, count in recent.order_by().values_list("rep_id").annotate(Count("pk")):
                given[who.usernames.get(rep_id, "")] += count
        return cls(limit, given)

    def resting(self) -> frozenset[str]:
        """Those who have as many as one gets at once."""
        if self._full is None:
            self._full = frozenset(rep for rep, count in self.given.items() if count >= self.limit)
        return self._full

    def gave(self, rep: str, lead: Routed) -> None:
        """A rep was given a lead; one that waited is counted."""
        if self.limit and lead.was[0] == Lead.Status.WAITING:
            self.given[rep] += 1
            self._full = None
