"""Changes of people: they take effect at once, and every one that availability or distribution rests on is logged."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from routing.models import PeopleChange, Rep, Revision, Team, User
from routing.people_revision import people_changed
from routing.plan.people import people_document

# Names and addresses are personal data, which has no place in rows that are kept for good.
_LOGGED_OF_REP: Final = ("active", "calendar", "seniority", "skills", "caps", "time_off")
_LOGGED_OF_TEAM: Final = ("managers", "calendar", "counts", "make_up", "credit")


def set_accepting(
    rep: Rep, accepting: bool, *, at: datetime, paused_until: datetime | None = None, by: User | None = None
) -> Rep:
    """Turns a rep's switch; `paused_until` says when one turned off comes back on by itself.

    The same again changes and logs nothing. Raises ValueError for a pause that is over by `at`, or of one who accepts.
    """
    if paused_until is not None and (accepting or paused_until <= at):
        raise ValueError("A pause ends later, and is for somebody who takes no leads meanwhile.")
    with transaction.atomic():
        take_turn()
        now = Rep.objects.get(pk=rep.pk)
        before, after = switch(now.accepting, now.paused_until), switch(accepting, paused_until)
        if before != after:
            people_changed()
            Rep.objects.filter(pk=rep.pk).update(accepting=accepting, paused_until=paused_until)
            PeopleChange.objects.create(at=at, by=by, kind="switch", rep=rep, before=before, after=after)
    rep.accepting, rep.paused_until = accepting, paused_until
    return rep


def set_active(reps: Sequence[Rep], active: bool, *, at: datetime, by: User | None = None) -> list[Rep]:
    """Takes reps out of business, or back into it; gives those for whom that changes anything.

    Nothing else of them changes: caps, memberships, ledgers and the switch stay as they are.
    """
    with transaction.atomic():
        take_turn()
        changed = list(Rep.objects.filter(pk__in=[rep.pk for rep in reps]).exclude(active=active).order_by("pk"))
        if changed:
            people_changed()
            Rep.objects.filter(pk__in=[rep.pk for rep in changed]).update(active=active)
            PeopleChange.objects.bulk_create(
                PeopleChange(at=at, by=by, kind="active", rep=rep, before=not active, after=active) for rep in changed
            )
    for rep in changed:
        rep.active = active
    return changed


@contextmanager
def recorded(*, at: datetime, by: User | None = None) -> Iterator[Callable[[], bool]]:
    """One transaction in which people may change in any way; on leaving, what changed is logged.

    Gives a function that says, afterwards, whether anything did.
    """
    with transaction.atomic():
        take_turn()
        before = _People.now()
        differs = False
        yield lambda: differs
        after = _People.now()
        differs = before != after
        if differs:
            people_changed()
            _log(before, after, at=at, by=by)


def take_turn() -> None:
    """One at a time: what is compared here is not changed by somebody else meanwhile."""
    Revision.objects.select_for_update().get()


@dataclass(frozen=True, slots=True)
class _People:
    """Everybody at an instant, with what no file holds: when pauses end."""

    document: dict[str, Any]
    switches: dict[str, dict[str, Any]]

    @classmethod
    def now(cls) -> "_People":
        return cls(
            people_document(),
            {
                username: switch(accepting, paused_until)
                for username, accepting, paused_until in Rep.objects.values_list(
                    "username", "accepting", "paused_until"
                )
            },
        )


def switch(accepting: bool, paused_until: datetime | None) -> dict[str, Any]:
    """A rep's switch as the log holds it."""
    return {"accepting": accepting, "paused_until": paused_until.isoformat() if paused_until else None}


def _log(before: _People, after: _People, *, at: datetime, by: User | None) -> None:
    reps = dict(Rep.objects.values_list("username", "pk"))
    teams = dict(Team.objects.values_list("slug", "pk"))
    PeopleChange.objects.bulk_create(
        PeopleChange(
            at=at,
            by=by,
            kind=kind,
            rep_id=reps.get(username) if username else None,
            team_id=teams.get(team) if team else None,
            before=old,
            after=new,
        )
        for kind, username, team, old, new in (
            *_changes_of_calendars(before.document["calendars"], after.document["calendars"]),
            *_changes_of_reps(before, after),
            *_changes_of_teams(before.document["teams"], after.document["teams"]),
        )
    )


_Change = tuple[str, str | None, str | None, Any, Any]
"""Kind, username, team, before, after."""


def _changes_of_calendars(before: dict[str, Any], after: dict[str, Any]) -> Iterator[_Change]:
    for slug in _all(before, after):
        old, new = ({"calendar": slug, **one[slug]} if slug in one else None for one in (before, after))
        if old != new:
            yield "hours", None, None, old, new


def _changes_of_reps(before: _People, after: _People) -> Iterator[_Change]:
    old_reps, new_reps = before.document["reps"], after.document["reps"]
    for username in _all(old_reps, new_reps):
        old, new = (
            {key: one[username][key] for key in _LOGGED_OF_REP} if username in one else None
            for one in (old_reps, new_reps)
        )
        if old is None or new is None:
            yield "rep", username, None, old, new
        else:
            yield from ((key, username, None, old[key], new[key]) for key in _LOGGED_OF_REP if old[key] != new[key])
        turned = before.switches.get(username), after.switches.get(username)
        if turned[0] != turned[1]:
            yield "switch", username, None, *turned


def _changes_of_teams(before: dict[str, Any], after: dict[str, Any]) -> Iterator[_Change]:
    for slug in _all(before, after):
        old, new = before.get(slug), after.get(slug)
        if old is None or new is None:
            was_team, is_team = ({key: one[key] for key in _LOGGED_OF_TEAM} if one else None for one in (old, new))
            yield "team", None, slug, was_team, is_team
        else:
            yield from ((key, None, slug, old[key], new[key]) for key in _LOGGED_OF_TEAM if old[key] != new[key])
        members = [_placed(one["members"]) if one else {} for one in (old, new)]
        for username in _all(*members):
            was, is_now = (one.get(username) for one in members)
            if was != is_now:
                yield "membership", username, slug, was, is_now


def _placed(members: dict[str, Any]) -> dict[str, Any]:
    return {username: {"position": place, **member} for place, (username, member) in enumerate(members.items())}


def _all(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [*before, *(name for name in after if name not in before)]
