"""The books under lock: the teams' ledgers, then the reps' loads, in id order;
read, used by the engine, written back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from routing import bulk
from routing.engine.fairness import Ledger
from routing.engine.loads import Load as EngineLoad
from routing.engine.ordering import Orders
from routing.engine.roster import Roster
from routing.models import Load, RosterState, TeamLedger
from routing.roster import Directory, remember_people

_LOAD = ("open", "hour_key", "hour", "day_key", "day", "week_key", "week", "month_key", "month")


@dataclass(slots=True)
class Books:
    """What is locked until the transaction ends: a roster over the ledgers and loads of some teams and reps."""

    directory: Directory
    roster: Roster
    orders: Orders
    at: datetime
    _ids: dict[tuple[str, str | None], int]
    _before: dict[str, Any]

    def basis(self) -> RosterState:
        """The state these books were opened with, kept for the explanations of a batch."""
        remember_people(self.directory)
        state = json.dumps(self._before, separators=(",", ":"))
        return RosterState.objects.create(at=self.at, people_id=self.directory.digest, state=state)

    def beginning(self) -> dict[str, Any]:
        """The same, for the explanation of a lead that was decided alone."""
        remember_people(self.directory)
        return {"people": self.directory.digest, "state": self._before}

    def close(self) -> None:
        """Writes back whatever changed."""
        who = self.directory
        bulk.update(
            TeamLedger,
            ["state"],
            [
                (who.team_ids[slug], json.dumps(ledger.to_state(), separators=(",", ":")))
                for slug, ledger in self.roster.ledgers.items()
                if ledger.changed and slug in who.team_ids
            ],
            key="team_id",
        )
        whole = [((rep, None), load) for rep, load in self.roster.loads.items()]
        parts = [((rep, team), load) for (team, rep), load in self.roster.team_loads.items()]
        changed = [(key, load) for key, load in [*whole, *parts] if load.changed]
        bulk.update(Load, _LOAD, [_load_row(self._ids[key], load) for key, load in changed if key in self._ids])
        new = [(key, load) for key, load in changed if key not in self._ids]
        bulk.insert(
            Load,
            ["rep_id", "team_id", *_LOAD],
            [
                (who.rep_ids[rep], who.team_ids[team] if team else None, *_load_row(0, load)[1:])
                for (rep, team), load in new
            ],
        )


def open_books(who: Directory, *, teams: Iterable[str], reps: Iterable[str], at: datetime) -> Books:
    """Locks the ledgers of `teams`, then the loads of their members and of `reps`. Inside a transaction."""
    listed = sorted(who.team_ids[slug] for slug in set(teams) if slug in who.team_ids)
    ledgers: dict[str, Ledger] = {}
    states: dict[str, Any] = {}
    if listed:
        locked = TeamLedger.objects.select_for_update().filter(team_id__in=listed).order_by("team_id")
        found = list(locked.values_list("team_id", "state"))
        if len(found) < len(listed):
            # Those who loaded the people made it in a transaction that was undone.
            absent = sorted(set(listed) - {team_id for team_id, _ in found})
            TeamLedger.objects.bulk_create([TeamLedger(team_id=pk) for pk in absent], ignore_conflicts=True)
            found = list(locked.all().values_list("team_id", "state"))
        for team_id, text in found:
            slug = who.team_slugs[team_id]
            states[slug] = json.loads(text)
            ledgers[slug] = Ledger.from_state(states[slug])
    wanted = {who.rep_ids[rep] for rep in reps if rep in who.rep_ids}
    for slug in ledgers:
        wanted.update(who.rep_ids[member.rep] for member in who.people.teams[slug].members if member.rep in who.rep_ids)
    loads: dict[str, EngineLoad] = {}
    team_loads: dict[tuple[str, str], EngineLoad] = {}
    ids: dict[tuple[str, str | None], int] = {}
    held: list[list[Any]] = []
    if wanted:
        rows = Load.objects.select_for_update().filter(rep_id__in=sorted(wanted)).order_by("pk")
        for pk, rep_id, team_id, *row in rows.values_list("pk", "rep_id", "team_id", *_LOAD):
            rep, team = who.usernames.get(rep_id), who.team_slugs.get(team_id) if team_id else None
            if rep is None or (team_id and team is None):
                continue
            load = _load(row)
            ids[rep, team] = pk
            if row != _EMPTY:
                held.append([rep, team, *row])
            if team is None:
                loads[rep] = load
            else:
                team_loads[team, rep] = load
    roster = Roster(who.people, loads=loads, team_loads=team_loads, ledgers=ledgers)
    names = [who.usernames[pk] for pk in wanted]
    before = {"ledgers": states, "loads": held, "off": who.switched_off(sorted(names))}
    return Books(who, roster, Orders(roster), at, ids, before)


def reopened(state: dict[str, Any], people: Any) -> Roster:
    """The roster that a kept state describes, over the people it goes with."""
    loads: dict[str, EngineLoad] = {}
    team_loads: dict[tuple[str, str], EngineLoad] = {}
    for rep, team, *row in state["loads"]:
        if team is None:
            loads[rep] = _load(row)
        else:
            team_loads[team, rep] = _load(row)
    ledgers = {slug: Ledger.from_state(ledger) for slug, ledger in state["ledgers"].items()}
    return Roster(people, loads=loads, team_loads=team_loads, ledgers=ledgers)


_EMPTY = [0, "", 0, "", 0, "", 0, "", 0]


def _load(row: list[Any]) -> EngineLoad:
    is_open, hour_key, hour, day_key, day, week_key, week, month_key, month = row
    return EngineLoad(is_open, (hour_key, day_key, week_key, month_key), (hour, day, week, month))


def _load_row(pk: int, load: EngineLoad) -> tuple[Any, ...]:
    (hour_key, day_key, week_key, month_key), (hour, day, week, month) = load.keys, load.counts
    return (pk, load.open, hour_key, hour, day_key, day, week_key, week, month_key, month)
