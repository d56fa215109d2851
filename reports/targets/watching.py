"""Every Monday the week before is looked at, team by team: what was seen is kept, and the managers are told.

1. A team's Monday is taken by moving its `due_at` past a lease: nobody else looks at it meanwhile, and where the
   watcher is killed it is due again.
2. The numbers are read outside a transaction, for that takes a while.
3. Warnings, the news of them and the next Monday are written in one transaction, on condition that the Monday is still
   ours. The database refuses a second warning of one rep, metric and week, and only what is new is told.

After a downtime the Mondays that were missed are looked at one after the other, the last four of them at most.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from reports.models import EarlyWarning, Target, Watch
from reports.table import Table
from reports.targets.judging import WEEKS_BACK, Measured, judge_median, judge_share
from reports.targets.metrics import Metric, measured, metrics, table_of
from reports.targets.quality import Quality, quality_of_week
from reports.targets.words import links, note
from routing import outbox
from routing.models import Rep, Team

AT: Final = time(6)
LEASE: Final = timedelta(minutes=15)
MISSED: Final = 4
WEEK: Final = timedelta(days=7)
NEWS: Final = "rep.below"


def oldest(at: datetime) -> datetime | None:
    """Since when a team's Monday is due."""
    return Watch.objects.filter(due_at__lte=at).order_by("due_at").values_list("due_at", flat=True).first()


def look_at_due(at: datetime) -> int:
    """Looks at every Monday that is due; says how many warnings came of it."""
    made = 0
    while (watch := take(at)) is not None:
        made += look(watch, at)
    return made


def take(at: datetime) -> Watch | None:
    """The Monday that is due longest, for this watcher alone."""
    for watch in Watch.objects.filter(due_at__lte=at).select_related("team").order_by("due_at", "pk"):
        leased = at + LEASE
        if Watch.objects.filter(pk=watch.pk, due_at=watch.due_at).update(due_at=leased):
            watch.due_at = leased
            return watch
    return None


def look(watch: Watch, at: datetime) -> int:
    """Looks at the weeks before a Monday; says how many warnings are new."""
    last = monday_of(at)
    monday = max(watch.monday, last - (MISSED - 1) * WEEK)
    seen = seen_on(watch.team, monday) if watch.team.archived_at is None else []
    with transaction.atomic():
        following = monday + WEEK
        still = Watch.objects.filter(pk=watch.pk, due_at=watch.due_at, monday=watch.monday)
        if not still.update(monday=following, due_at=due_on(following)):
            return 0
        return keep(seen, monday=monday, at=at)


def keep(seen: Sequence[EarlyWarning], *, monday: date, at: datetime) -> int:
    """Writes what was seen and is new, and tells the team's managers: once for each rep."""
    known = set(
        EarlyWarning.objects.filter(
            team__in={one.team_id for one in seen}, week__in={one.week for one in seen}
        ).values_list("team", "rep", "metric", "week")
    )
    new = [one for one in seen if (one.team_id, one.rep_id, one.metric, one.week) not in known]
    for one in new:
        one.made_at = at
    EarlyWarning.objects.bulk_create(new)
    of_reps: dict[int, list[EarlyWarning]] = defaultdict(list)
    for one in new:
        of_reps[one.rep_id].append(one)
    outbox.tell_all(
        [
            (
                NEWS,
                at,
                None,
                some[0].team_id,
                rep,
                {"text": note(some, last_week=some[0].week == monday_of(at) - WEEK), "links": links(some)},
            )
            for rep, some in of_reps.items()
        ]
    )
    return len(new)


def seen_on(team: Team, monday: date) -> list[EarlyWarning]:
    """The warnings that a Monday brings: not yet written."""
    members = {rep.username: rep for rep in Rep.objects.filter(memberships__team=team, active=True)}
    found = []
    qualities: dict[date, Mapping[str, Quality]] = {}
    tables: dict[tuple[str, date], Table] = {}
    for target in Target.objects.filter(team=team).select_related("team").order_by("metric"):
        metric = metrics().get(target.metric)
        if metric is None:
            continue
        week = monday - (1 + target.settles_weeks) * WEEK
        weeks = []
        for start in (week - back * WEEK for back in range(WEEKS_BACK + 1)):
            of = (metric.report.slug, start)
            if of not in tables:  # the same for every metric of the report
                until = starts(start + WEEK)
                tables[of] = table_of(metric.report, team, since=starts(start), until=until, zone=zone())
            weeks.append(measured(metric, tables[of]))
        warnings = warnings_of(metric, target, weeks, week, members)
        if warnings and week not in qualities:
            qualities[week] = quality_of_week(team, since=starts(week), until=starts(week + WEEK))
        for warning in warnings:
            quality = qualities[week].get(warning.rep.username, Quality())
            warning.quality, warning.team_quality = quality.theirs, quality.team
        found += warnings
    return found


def warnings_of(
    metric: Metric, target: Target, weeks: Sequence[Mapping[str, Measured]], week: date, members: Mapping[str, Rep]
) -> list[EarlyWarning]:
    """Of one metric: a verdict on each rep of the team, from this week's numbers and those of the eight before."""
    judge = judge_share if metric.is_share else judge_median
    nothing = Measured(None, 0)
    found = []
    for username, rep in sorted(members.items()):
        this, *before = [one.get(username, nothing) for one in weeks]
        verdict = judge(this, before, target=target.value, more_is_better=metric.more_is_better)
        if verdict and this.value is not None:
            found.append(
                EarlyWarning(
                    team=target.team,
                    rep=rep,
                    metric=metric.slug,
                    week=week,
                    kind=EarlyWarning.Kind.BELOW_TARGET if verdict.below_target else EarlyWarning.Kind.BELOW_OWN,
                    value=this.value,
                    leads=this.leads,
                    target=target.value,
                    own=verdict.own,
                )
            )
    return found


def zone() -> ZoneInfo:
    """The site's: a team's weeks are the same for all its managers."""
    return ZoneInfo(settings.TIME_ZONE)


def monday_of(at: datetime) -> date:
    """The Monday whose morning was last, at an instant."""
    local = at.astimezone(zone())
    monday = local.date() - timedelta(days=local.weekday())
    return monday if at >= due_on(monday) else monday - WEEK


def starts(day: date) -> datetime:
    return datetime.combine(day, time(), zone())


def due_on(monday: date) -> datetime:
    """When a Monday's look is due."""
    return datetime.combine(monday, AT, zone())
