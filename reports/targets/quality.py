"""How good the leads were that somebody got: what like leads win.

The win rate of a kind of lead (its source and band) is won / leads of all leads of a year, pulled towards the rate of
the whole with the weight of twenty leads, so that one lucky kind does not count for much. The quality of somebody's
leads is the mean of these rates over the leads they were assigned; the team's is that of all its assignments. Who is
dealt worse leads than the team is to be looked at as distribution before it is looked at as a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count

from routing.assignment import WITHDRAWN
from routing.models import Assignment, Lead, Team

Kind = tuple[int, str]
"""A source, and a band."""

LOOKED_BACK: Final = timedelta(days=365)
WEIGHT: Final = 20
WEAKER: Final = 0.85
"""Leads that win less than this part of the team's are said to be weaker."""


@dataclass(frozen=True, slots=True)
class Quality:
    """Of 100 leads like theirs, and like the team's, how many are won. None: nothing is known."""

    theirs: float | None = None
    team: float | None = None

    @property
    def is_weaker(self) -> bool:
        return self.theirs is not None and bool(self.team) and self.theirs < WEAKER * (self.team or 0)


def win_rates(tallies: Iterable[tuple[Kind, int, int]]) -> tuple[Mapping[Kind, float], float]:
    """The win rate of each kind of which (kind, leads, won) is told, and that of the whole."""
    tallies = list(tallies)
    leads, won = sum(leads for _, leads, _ in tallies), sum(won for _, _, won in tallies)
    whole = won / leads if leads else 0.0
    return {kind: (wins + WEIGHT * whole) / (count + WEIGHT) for kind, count, wins in tallies}, whole


def qualities(
    dealt: Iterable[tuple[str, Kind, int]], rates: Mapping[Kind, float], whole: float
) -> Mapping[str, Quality]:
    """The quality of what each rep was dealt: (rep, kind, leads). Nothing where nobody ever won anything."""
    if not whole:
        return {}
    counts: dict[str, int] = defaultdict(int)
    expected: dict[str, float] = defaultdict(float)
    for rep, kind, leads in dealt:
        counts[rep] += leads
        expected[rep] += leads * rates.get(kind, whole)
    if not counts:
        return {}
    team = 100 * sum(expected.values()) / sum(counts.values())
    return {rep: Quality(100 * expected[rep] / leads, team) for rep, leads in counts.items()}


def quality_of_week(team: Team, *, since: datetime, until: datetime) -> Mapping[str, Quality]:
    """By username, of the leads that a team's reps got between two moments. Two queries."""
    leads = Lead.objects.exclude(status=Lead.Status.WITHDRAWN).filter(
        captured_at__gte=until - LOOKED_BACK, captured_at__lt=until
    )
    tallies = leads.order_by().values_list("source", "band").annotate(leads=Count("pk"), won=Count("won_at"))
    rates, whole = win_rates(((source, band), count, won) for source, band, count, won in tallies)
    lines = Assignment.objects.exclude(ended_because=WITHDRAWN).filter(
        team=team, assigned_at__gte=since, assigned_at__lt=until
    )
    dealt = lines.order_by().values_list("rep__username", "lead__source", "lead__band").annotate(leads=Count("pk"))
    return qualities(((rep, (source, band), count) for rep, source, band, count in dealt), rates, whole)
