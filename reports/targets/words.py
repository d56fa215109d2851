"""What a warning says to a manager, in plain words, and where it leads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.urls import reverse

from reports.models import EarlyWarning
from reports.registry import reports
from reports.report import FAIRNESS
from reports.targets.metrics import Metric, metrics
from reports.targets.quality import Quality


def sentence(warning: EarlyWarning, *, whose: str, last_week: bool) -> str:
    """One number beside what it should be. A metric that is gone is told by its name."""
    metric = metrics().get(warning.metric)
    what, shown = (metric.label, metric.shown) if metric else (warning.metric, lambda value: f"{value:.2f}")
    week = "last week" if last_week else f"in the week from {warning.week.day} {warning.week:%B}"
    beside = []
    if warning.target is not None:
        beside.append(f"the target is {at_least(metric)}{shown(warning.target)}")
    if warning.own is not None:
        beside.append(f"their own last eight weeks {shown(warning.own)}")
    called = f"{what[:1].lower()}{what[1:]}"
    return f"{whose}, {called} {week}: {shown(warning.value)} ({warning.leads} leads); {', '.join(beside)}."


def at_least(metric: Metric | None) -> str:
    """On which side of the target is good."""
    return "" if metric is None else "at least " if metric.more_is_better else "at most "


def of_the_leads(quality: Quality) -> str:
    """Whether the leads were the reason."""
    if quality.theirs is None or quality.team is None:
        return "What such leads usually win is not known yet."
    figures = f"like leads win {quality.theirs:.1f} % (the team’s {quality.team:.1f} %)"
    if quality.is_weaker:
        return f"The leads were weaker than the team’s: {figures}. Look at the distribution first."
    return f"The leads were as good as the team’s: {figures}."


def note(warnings: Sequence[EarlyWarning], *, last_week: bool) -> str:
    """What a manager is told of one rep, once for all metrics."""
    first = warnings[0]
    told = [sentence(first, whose=first.rep.name, last_week=last_week)]
    told += [sentence(one, whose="And", last_week=last_week) for one in warnings[1:]]
    return " ".join([*told, of_the_leads(Quality(first.quality, first.team_quality))])


def links(warnings: Sequence[EarlyWarning]) -> list[list[str]]:
    """Where a manager looks next: the warnings, the numbers of that week, and what the distribution says of it."""
    first = warnings[0]
    found = [["The warning", f"{reverse('targets')}#warning-{first.pk}"]]
    for one in warnings:
        if metric := metrics().get(one.metric):
            found.append([f"{metric.report.title} in that week", address(metric, one)])
    return [*found, ["How leads were distributed in that week", distribution(first)]]


def address(metric: Metric, warning: EarlyWarning) -> str:
    """The report, of this rep in that week."""
    of_rep = _of_week(warning) | {"rep": warning.rep.username}
    return f"{reverse('report', args=[metric.report.slug])}?{urlencode(of_rep)}"


def distribution(warning: EarlyWarning) -> str:
    """The report on who got what, of that week; the dashboard's fair shares where there is none."""
    fair = [one for one in reports().values() if one.theme == FAIRNESS and one.has_period and "rep" in one.groupings]
    if not fair:
        return reverse("admin:index")
    best = next((one for one in fair if "distribution" in one.slug), fair[0])
    return f"{reverse('report', args=[best.slug])}?{urlencode(_of_week(warning))}"


def _of_week(warning: EarlyWarning) -> dict[str, str]:
    return {
        "period": "between",
        "since": warning.week.isoformat(),
        "until": (warning.week + timedelta(days=6)).isoformat(),
        "team": warning.team.slug,
        "group": "rep",
    }
