"""Which reports there are: every module of reports/catalogue/ that has a REPORT. A new report is one new file."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from reports import catalogue
from reports.report import THEMES, Report
from routing import access
from routing.models import User


@cache
def reports() -> dict[str, Report]:
    """All reports by slug, by theme and then by title. Raises ValueError where two have the same slug."""
    names = sorted(module.name for module in pkgutil.iter_modules(catalogue.__path__, f"{catalogue.__name__}."))
    found = [module.REPORT for module in map(import_module, names) if hasattr(module, "REPORT")]
    by_slug = {one.slug: one for one in sorted(found, key=lambda one: (THEMES.index(one.theme), one.title))}
    if len(by_slug) != len(found):
        raise ValueError("Two reports have the same slug.")
    return by_slug


def reports_for(user: User) -> dict[str, Report]:
    """Those that this person has: managers, analysts and ops all, a rep those that can be of themselves."""
    if not access.has_reports(user):
        return {}
    for_others = access.counts_everything(user) or user.managed_teams.exists()
    rep = access.rep_of(user)
    return {
        slug: report
        for slug, report in reports().items()
        if for_others or (report.for_reps if rep is None else report.is_open_to(rep))
    }
