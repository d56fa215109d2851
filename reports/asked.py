"""What somebody asked of a report, and the rows that answer it is counted from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from reports.period import Period
from reports.scope import Scope
from reps.models import Activity, FeedbackRequest
from reps.models.feedback import FeedbackQuerySet
from routing.assignment import WITHDRAWN
from routing.models import Assignment, Lead, Rep, SlaClock, Source, Team, User


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`scope` is what the viewer may have counted: every queryset here starts from it. `group` is a dimension."""

    viewer: User
    scope: Scope
    at: datetime
    period: Period
    group: str = ""
    compare: bool = False
    team: Team | None = None
    rep: Rep | None = None
    source: Source | None = None
    band: str = ""
    rule: str = ""
    sort: str = ""

    @property
    def zone(self) -> ZoneInfo:
        return self.period.zone

    def before(self) -> Asked | None:
        """The same of the period before; None where there is none."""
        period = self.period.before
        return replace(self, period=period) if period else None

    def of(self, scope: Scope) -> Asked:
        """The same of others."""
        return replace(self, scope=scope)

    def within(self, path: str) -> Q:
        """That a moment lies in the period."""
        condition = Q(**{f"{path}__lt": self.period.until})
        if self.period.since is not None:
            condition &= Q(**{f"{path}__gte": self.period.since})
        return condition

    def leads(self, *, by: str | None = "captured_at") -> QuerySet[Lead]:
        """The leads counted, by the time they were captured unless `by` names another moment; None: of any time."""
        leads = Lead.objects.order_by().exclude(status=Lead.Status.WITHDRAWN).filter(self.scope.leads, *self.facts(""))
        leads = leads.filter(**self._named(team="team", rep="owner", rule="rule"))
        return leads.filter(self.within(by)) if by else leads

    def assignments(self, *, by: str | None = "assigned_at") -> QuerySet[Assignment]:
        """The lines of ownership counted, by the time somebody got the lead unless `by` names another moment."""
        lines = Assignment.objects.order_by().exclude(ended_because=WITHDRAWN)
        lines = lines.filter(self.scope.lines, *self.facts("lead__"))
        lines = lines.filter(**self._named(team="team", rep="rep", rule="rule"))
        return lines.filter(self.within(by)) if by else lines

    def activities(self, *, by: str | None = "at") -> QuerySet[Activity]:
        """The work counted, by the time it was done."""
        done = Activity.objects.order_by().exclude(lead__status=Lead.Status.WITHDRAWN)
        done = done.filter(self.scope.work, *self.facts("lead__"))
        done = done.filter(**self._named(team="lead__team", rep="rep", rule="lead__rule"))
        return done.filter(self.within(by)) if by else done

    def feedback(self, *, by: str | None = "sent_at") -> FeedbackQuerySet:
        """The customers counted who were asked what they think of somebody's work, by the time they were asked."""
        requests = FeedbackRequest.objects.counted().order_by().filter(self.scope.work, *self.facts("lead__"))
        requests = requests.filter(**self._named(team="team", rep="rep", rule="lead__rule"))
        return requests.filter(self.within(by)) if by else requests

    def clocks(self, kind: str, *, by: str | None = "started_at") -> QuerySet[SlaClock]:
        """The clocks of leads counted (`response` or `unclaimed`), by the time they started."""
        clocks = SlaClock.objects.order_by().filter(kind=kind).exclude(lead__status=Lead.Status.WITHDRAWN)
        clocks = clocks.filter(self.scope.lines, *self.facts("lead__"))
        rule = "assignment__rule" if kind == SlaClock.Kind.RESPONSE else "lead__rule"
        clocks = clocks.filter(**self._named(team="team", rep="rep", rule=rule))
        return clocks.filter(self.within(by)) if by else clocks

    def reps(self) -> QuerySet[Rep]:
        """The people counted, whatever they got and did."""
        reps = Rep.objects.order_by().filter(self.scope.people, **self._named(rep="pk"))
        return reps.filter(pk__in=self.team.memberships.values("rep")) if self.team else reps

    def facts(self, path: str) -> list[Q]:
        """What was asked of the leads themselves. `path` leads to the lead."""
        found = []
        if self.source is not None:
            found.append(Q(**{f"{path}source": self.source}))
        if self.band:
            found.append(Q(**{f"{path}band": self.band}))
        return found

    def _named(self, **paths: str) -> dict[str, object]:
        asked = {"team": self.team and self.team.pk, "rep": self.rep and self.rep.pk, "rule": self.rule}
        return {path: asked[name] for name, path in paths.items() if asked[name]}
