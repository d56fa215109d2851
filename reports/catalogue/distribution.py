"""Who got how many leads, and how many they were owed: the fairness of a team over a period, from its ledger."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet, Sum

from reports.asked import Asked
from reports.columns import Column
from reports.report import FAIRNESS, Report
from reports.scope import ENOUGH, scope_of
from reports.statistics.equality import gini, jain
from reports.table import Row, Table, in_place
from reports.units import COUNT, INDEX, SHARE, Unit
from routing import access
from routing.models import EligibleSet, Lead, Posting, Rep

Balance = tuple[int, Fraction]
"""What somebody got, and what they were owed, in leads."""

TOGETHER: Final = (
    "These are all teams together, whose reps may get more or fewer leads for good reasons: choose a team to see how "
    "even it is within one."
)

LEADS: Final = Unit("leads", digits=2)


class Distribution(Report):
    """Got and owed of each rep, and how even that is."""

    slug = "distribution"
    title = "Distribution"
    theme = FAIRNESS
    about = "Who got how many of a team's leads by fair share, and how many were theirs."
    counts = (
        "Leads delivered by fair share in the period, or taken back in it: the lines of the teams' ledgers. Leads that "
        "were claimed, picked or handed out count only where the team's ledger counts them."
    )
    groupings = ("rep",)
    filters = ("team", "source", "band", "rule")
    charted = "difference"
    columns = (
        Column("got", "Got", "Leads delivered to the rep by fair share, less those given back for a reason on the "
               "team's credit list.", COUNT),
        Column("owed", "Owed", "The sum of the rep's shares of each lead they could have taken: their weight / the sum "
               "of the weights of all who could.", LEADS),
        Column("difference", "Difference", "Got less owed: below zero, behind.", LEADS),
        Column("share_of_mean", "Share of the mean", "Got / the mean of what everybody got.", SHARE),
        Column("largest_difference", "Largest difference", "The largest of the differences, whichever way.",
               LEADS, "less", hidden=True),
        Column("jain", "Jain's index", "(sum of got) squared / (reps times the sum of got squared): 1 where everybody "
               "got the same, 1 / reps where one got all.", INDEX, "more", hidden=True),
        Column("gini", "Gini coefficient", "Half the mean difference between any two reps / the mean of got: 0 where "
               "everybody got the same.", INDEX, "less", hidden=True),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        balances, teams = self.balances(asked)
        mine = asked.scope.rep
        told = Rep.objects.filter(pk__in=[mine.pk] if mine else balances).values_list("pk", "username", "name")
        everybody = balances.values()
        is_told = mine is None or len(balances) >= ENOUGH  # of two people the whole would tell of the other
        mean = Fraction(sum(got for got, _ in everybody), len(balances) or 1) if is_told else None
        rows = [row_of(username, name, balances[pk], mean) for pk, username, name in told if pk in balances]
        total = Row("", "All", summed(everybody) | overall(everybody)) if balances and is_told else None
        in_order = in_place(rows, largest=lambda row: row.values["difference"])
        notes = (TOGETHER,) if teams > 1 else ()
        return Table(self.told, in_order, total, notes=notes)

    def total(self, asked: Asked) -> Row | None:
        """What stands beside a rep's own row are the figures of all in it, so nothing stands beside the row of all."""
        is_of_others = asked.scope.rep is None and scope_of(asked.viewer).rep is not None
        return None if is_of_others else self.table(asked).total

    def balances(self, asked: Asked) -> tuple[Mapping[int, Balance], int]:
        """What each rep got and was owed, exactly, and by how many teams: two queries, however many leads."""
        lines = self.postings(asked).values_list("team", "eligible", "winner").annotate(net=Sum("sign"))
        teams: set[int] = set()
        leads_of: dict[int, int] = defaultdict(int)
        got: dict[int, int] = defaultdict(int)
        for team, eligible, winner, net in lines:
            teams.add(team)
            leads_of[eligible] += net
            got[winner] += net
        owed: dict[int, Fraction] = defaultdict(Fraction)
        members = EligibleSet.objects.filter(pk__in=leads_of).values_list("pk", "members")
        for pk, text in members:
            weights = json.loads(text)
            whole = sum(weight for _, weight in weights)
            for rep, weight in weights:
                owed[rep] += Fraction(leads_of[pk] * weight, whole)
        return {rep: (got[rep], owed[rep]) for rep in {*got, *owed}}, len(teams)

    def postings(self, asked: Asked) -> QuerySet[Posting]:
        """The lines of the ledgers of the teams that the viewer may ask about; a rep's are those of their teams."""
        own = asked.scope.rep is not None
        teams = access.counted_teams(asked.viewer) if own else access.ledgers_counted(asked.viewer)
        if asked.team is not None:
            teams = teams.filter(pk=asked.team.pk)
        withdrawn = Lead.objects.filter(pk=OuterRef("lead"), status=Lead.Status.WITHDRAWN)
        lines = Posting.objects.order_by().filter(~Exists(withdrawn), team__in=teams.order_by().values("pk"))
        lines = lines.filter(asked.within("at"), *asked.facts("lead__"))
        return lines.filter(lead__rule=asked.rule) if asked.rule else lines


def row_of(key: str, label: str, balance: Balance, mean: Fraction | None) -> Row:
    got, owed = balance
    share = float(100 * got / mean) if mean else None
    return Row(key, label or key, {
        "got": got, "owed": float(owed), "difference": float(got - owed), "share_of_mean": share,
    })  # fmt: skip


def summed(balances: Iterable[Balance]) -> dict[str, Any]:
    """All together: the differences of a team's ledger come to nothing."""
    found = list(balances)
    got, owed = sum(got for got, _ in found), sum((owed for _, owed in found), Fraction(0))
    return {"got": got, "owed": float(owed), "difference": float(got - owed)}


def overall(balances: Iterable[Balance]) -> dict[str, Any]:
    """How even it is. Whoever gave back more than they got in the period counts as having got nothing."""
    found = list(balances)
    amounts = [max(0, got) for got, _ in found]
    return {
        "largest_difference": float(max((abs(got - owed) for got, owed in found), default=Fraction(0))),
        "jain": jain(amounts),
        "gini": gini(amounts),
    }


REPORT = Distribution()
