"""A view of a report, kept as its address and asked again later, by whoever gets it and with what they may see."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from reports.asked import Asked
from reports.filters import ReportFilter
from reports.models import Subscription
from reports.period import BETWEEN, USUAL
from reports.registry import reports, reports_for
from reports.report import FILTERS, Report
from reps.notify.choices import zone_of
from routing.models import User

KEPT: Final = ("period", "since", "until", "group", *FILTERS, "compare", "sort")


class CannotAsk(Exception):
    """Why this report cannot be asked so, in words."""


class NotTheirs(CannotAsk):
    """That somebody may not see it, or not any more."""


def kept(asked: QueryDict) -> str:
    """What was asked in an address, in one order, without what says nothing. A named period stays relative to the day
    on which it is read; days count only between them.
    """
    given = asked.dict()
    found = {name: str(given[name]).strip() for name in KEPT if str(given.get(name, "")).strip()}
    found.setdefault("period", BETWEEN if "since" in found or "until" in found else USUAL)
    if found["period"] != BETWEEN:
        found = {name: value for name, value in found.items() if name not in ("since", "until")}
    return urlencode(found)


def asked_by(subscription: Subscription, user: User, *, at: datetime) -> tuple[Report, Asked]:
    """The report and what is asked of it, as this person may ask. Raises NotTheirs, and CannotAsk where nobody can.

    A rep who gets what their manager grouped by rep gets it the usual way instead: no report tells of a colleague.
    """
    if subscription.report not in reports():
        raise CannotAsk(f"There is no report “{subscription.report}” any more.")
    report = reports_for(user).get(subscription.report)
    if report is None:
        raise NotTheirs("They do not have this report.")
    data = QueryDict(subscription.query).dict() | {"compare": "on"}
    form = ReportFilter(data, report=report, viewer=user, at=at, zone=zone_of(user))
    if "group" in form.errors and user.pk != subscription.owner_id:
        form = ReportFilter(data | {"group": ""}, report=report, viewer=user, at=at, zone=zone_of(user))
    if form.errors:
        problems = " ".join(str(problem) for found in form.errors.values() for problem in found)
        if user.pk != subscription.owner_id:
            raise NotTheirs("They may not see the team, rep or rule that it is about.")
        raise CannotAsk(f"“{report.title}” cannot be asked so any more: {problems}")
    return report, form.asked()
