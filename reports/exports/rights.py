"""What somebody's exports hold, in a word: a file is written and given out only while it is the same."""

from __future__ import annotations

from routing import access
from routing.models import Team, User


def rights_of(user: User) -> str:
    """Equal as long as the same leads are counted for somebody with the same columns; empty where there are none."""
    if not access.has_reports(user):
        return ""
    if access.counts_everything(user):
        return "all" if access.shows_contact(user) else "all, nobody's details"
    rep = access.rep_of(user)
    teams = Team.objects.filter(managers=user).order_by("pk").values_list("pk", flat=True)
    return f"rep {rep.pk if rep else 0}, teams {' '.join(map(str, teams))}"
