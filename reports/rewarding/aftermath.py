"""What the last approved weights did: each member's share, leads, wins and output, before and since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reports.models import WeightLine, WeightProposal
from reports.output_counts import work_on
from reports.rewarding.proposing import NOTHING, last_approved, leads_of
from reports.statistics.output import Output
from routing.models import Team


@dataclass(frozen=True)
class Since:
    """One member: what they were due of each 100 leads and got, and what they made of them."""

    line: WeightLine
    share_before: float
    share_since: float
    """By weight, in percent of the team's."""
    before: Output
    since: Output
    got_before: float | None
    got_since: float | None
    """Of the members' leads, in percent; None where there were none."""


@dataclass(frozen=True)
class Aftermath:
    """A proposal that was approved, and what came after it until `until`."""

    proposal: WeightProposal
    until: datetime
    members: list[Since]
    before: int
    since: int
    """Leads of all its members."""


def aftermath(team: Team, *, at: datetime) -> Aftermath | None:
    """What the team's last approved proposal did; None where there was none.

    Before: the leads that it was made from. Since: the team's leads captured since it was approved.
    """
    proposal = last_approved(team)
    if proposal is None or proposal.decided_at is None:
        return None
    lines = list(proposal.lines.select_related("rep"))
    after = work_on(leads_of(team, since=proposal.decided_at, until=at)).outputs()
    since = {line.rep_id: after.get(line.rep_id, NOTHING) for line in lines}
    weights_before, weights_since = sum(line.weight for line in lines), sum(line.approved or 0 for line in lines)
    leads_before, leads_since = sum(line.leads for line in lines), sum(one.leads for one in since.values())
    return Aftermath(
        proposal,
        at,
        [
            Since(
                line=line,
                share_before=100 * line.weight / weights_before if weights_before else 0.0,
                share_since=100 * (line.approved or 0) / weights_since if weights_since else 0.0,
                before=line.output,
                since=since[line.rep_id],
                got_before=100 * line.leads / leads_before if leads_before else None,
                got_since=100 * since[line.rep_id].leads / leads_since if leads_since else None,
            )
            for line in lines
        ],
        leads_before,
        leads_since,
    )
