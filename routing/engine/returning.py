"""Leads whose person or company already has an owner go to that owner, before the rules are asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from .people import People
from .plan import Returning

LONG_ABSENCE: Final = timedelta(hours=24)


class History(Protocol):
    """What is known of earlier leads: for a kind of match, who was assigned one and when, the last first."""

    def owners(self, kind: str) -> Iterable[tuple[str, datetime]]: ...


Key = tuple[str, str]
"""What a person or company is recognised by: a kind (email, phone, domain, name) and its compared form."""


class Owners:
    """Who was assigned which person and company, the last first."""

    def __init__(self) -> None:
        self._by_key: dict[Key, dict[str, tuple[datetime, int]]] = {}
        self._count = 0

    def record(self, keys: Iterable[Key], owner: str, at: datetime) -> None:
        """An owner was assigned a lead known by these keys, after all recorded so far."""
        self._count += 1
        for key in keys:
            known = self._by_key.setdefault(key, {})
            known.pop(owner, None)
            known[owner] = (at, self._count)

    def of(self, keys: Sequence[Key]) -> Iterable[tuple[str, datetime]]:
        """The owners of any of these keys and when they were last assigned one, the last first."""
        known = [owners for key in keys if (owners := self._by_key.get(key)) is not None] if self._by_key else ()
        if not known:
            return ()
        if len(known) == 1:
            return [(owner, at) for owner, (at, _) in reversed(known[0].items())]
        entries = [(count, owner, at) for owners in known for owner, (at, count) in owners.items()]
        return [(owner, at) for _, owner, at in sorted(entries, reverse=True)]


@dataclass(frozen=True, slots=True)
class KnownOwners:
    """The owners known, as one lead asks for them: `keys` are its own, by kind of match."""

    owned: Owners
    keys: Mapping[str, Sequence[Key]]

    def owners(self, kind: str) -> Iterable[tuple[str, datetime]]:
        """The owners of this lead's person or company, the last assigned first."""
        return self.owned.of(self.keys.get(kind, ()))


def owner_back(policy: Returning, history: History, people: People, at: datetime) -> datetime | None:
    """When the first of a lead's absent owners is so nearly back that it returns to them; None where none is away."""
    oldest = at - timedelta(days=policy.days)
    back = [
        absence[1] - LONG_ABSENCE
        for kind in policy.match
        for owner, assigned_at in history.owners(kind)
        if assigned_at >= oldest
        and (rep := people.reps.get(owner)) is not None
        and rep.active
        and (absence := rep.absence_at(at)) is not None
    ]
    return min(back, default=None)


def returning_owner(policy: Returning, history: History, people: People, at: datetime) -> tuple[str, str] | None:
    """The owner a lead returns to and the kind of match; None where it goes through the rules.

    Kinds are tried in their order; within one, the lead assigned last. An owner qualifies who is active, was assigned
    within the days of the policy, and is not on time off that lasts another 24 elapsed hours or more.
    """
    oldest = at - timedelta(days=policy.days)
    for kind in policy.match:
        for owner, assigned_at in history.owners(kind):
            rep = people.reps.get(owner)
            if assigned_at < oldest or rep is None or not rep.active:
                continue
            absence = rep.absence_at(at)
            if absence is not None and absence[1] - at >= LONG_ABSENCE:
                continue
            return owner, kind
    return None
