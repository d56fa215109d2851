"""Who can take a lead now: people from the database, as the engine knows them, kept until they change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from routing.engine.people import People, people_from
from routing.engine.plan import CompiledPlan
from routing.models import (
    Load,
    Membership,
    PeopleState,
    PlanVersion,
    Rep,
    Revision,
    Source,
    Stage,
    Team,
    TeamLedger,
    Territory,
)
from routing.plan.people import people_document

_LIVE_OF_REP = ("accepting", "name", "email")
_OF_DISPLAY_ONLY = ("name", "managers")


@dataclass(frozen=True, slots=True)
class Directory:
    """Everybody at one revision: as the engine sees them, and what they are called in the database.

    `document` is what an explanation refers to: the people without names, addresses and switches.
    """

    revision: int
    people: People
    document: str
    digest: str
    rep_ids: dict[str, int]
    usernames: dict[int, str]
    team_ids: dict[str, int]
    team_slugs: dict[int, str]

    def switched_off(self, usernames: Iterable[str]) -> dict[str, str | None]:
        """Those whose switch is off, and when it comes back on by itself."""
        reps = (self.people.reps[name] for name in usernames if name in self.people.reps)
        return {
            rep.username: rep.paused_until.isoformat() if rep.paused_until else None
            for rep in reps
            if not rep.accepting
        }


_directory: Directory | None = None
_plans: dict[int, CompiledPlan] = {}
_territories: dict[str, int] = {}
_sources: dict[int, str] = {}
_stages: dict[int, str] = {}


def directory(revision: int | None = None) -> Directory:
    """Everybody now. `revision` is Revision.people where the caller has just read it;
    people are loaded when it grew.
    """
    global _directory
    if revision is None:
        revision = Revision.objects.values_list("people", flat=True).get()
    kept = _directory
    if kept is None or kept.revision != revision:
        kept = _directory = _load(revision)
    return kept


def compiled(number: int) -> CompiledPlan | None:
    """A published version, compiled once a process; None where nothing has been published (number 0)."""
    if number == 0:
        return None
    plan = _plans.get(number)
    if plan is None:
        document = PlanVersion.objects.values_list("document", flat=True).get(number=number)
        plan = _plans[number] = CompiledPlan(json.loads(document), number=number)
    return plan


def territory_id(slug: str) -> int | None:
    """The row of a territory; archived ones stay, so that it is never forgotten."""
    if slug not in _territories:
        _territories.update(Territory.objects.values_list("slug", "pk"))
    return _territories.get(slug)


def source_slug(pk: int) -> str:
    """What a source is called; its slug never changes."""
    if pk not in _sources:
        _sources.update(Source.objects.values_list("pk", "slug"))
    return _sources[pk]


def stage_slug(pk: int) -> str:
    """What a stage is called; its slug never changes."""
    if pk not in _stages:
        _stages.update(Stage.objects.values_list("pk", "slug"))
    return _stages[pk]


def forget() -> None:
    """Drops what is kept in memory: for a process whose database was exchanged under it."""
    global _directory
    _directory = None
    _plans.clear()
    _territories.clear()
    _sources.clear()
    _stages.clear()
    _remembered.clear()
    known_sets.clear()


def remember_people(who: Directory) -> None:
    """Keeps the people as they are, for explanations; once for each different state."""
    if who.digest not in _remembered:
        PeopleState.objects.bulk_create([PeopleState(digest=who.digest, document=who.document)], ignore_conflicts=True)
        # Only once it is there for good: the transaction may still be undone.
        transaction.on_commit(lambda: _remembered.add(who.digest))


_remembered: set[str] = set()
known_sets: dict[str, int] = {}
"""The rows of eligible sets that this process has seen committed, by digest."""


def _load(revision: int) -> Directory:
    document = people_document()
    reps = list(Rep.objects.values_list("pk", "username", "paused_until"))
    teams = list(Team.objects.filter(archived_at=None).values_list("pk", "slug"))
    paused: dict[str, datetime] = {username: until for _, username, until in reps if until is not None}
    _open_books(document, {username: pk for pk, username, _ in reps}, {slug: pk for pk, slug in teams})
    lasting = json.dumps(_lasting(document), sort_keys=False, separators=(",", ":"), ensure_ascii=False)
    return Directory(
        revision=revision,
        people=people_from(document, paused_until=paused),
        document=lasting,
        digest=hashlib.sha256(lasting.encode()).hexdigest(),
        rep_ids={username: pk for pk, username, _ in reps},
        usernames={pk: username for pk, username, _ in reps},
        team_ids={slug: pk for pk, slug in teams},
        team_slugs=dict(teams),
    )


def _lasting(document: dict[str, Any]) -> dict[str, Any]:
    """The people without personal data, and without the switch, which explanations keep apart."""
    return {
        "calendars": document["calendars"],
        "reps": {
            username: {key: value for key, value in rep.items() if key not in _LIVE_OF_REP}
            for username, rep in document["reps"].items()
        },
        "teams": {
            slug: {key: value for key, value in team.items() if key not in _OF_DISPLAY_ONLY}
            for slug, team in document["teams"].items()
        },
    }


def _open_books(document: dict[str, Any], rep_ids: dict[str, int], team_ids: dict[str, int]) -> None:
    """Makes the ledger of each team and the loads of each rep and membership that have none yet."""
    known_teams = set(TeamLedger.objects.values_list("team_id", flat=True))
    TeamLedger.objects.bulk_create(
        [TeamLedger(team_id=pk) for pk in sorted(team_ids.values()) if pk not in known_teams], ignore_conflicts=True
    )
    known = set(Load.objects.values_list("rep_id", "team_id"))
    wanted: set[tuple[int, int | None]] = {(pk, None) for pk in rep_ids.values()}
    wanted |= set(Membership.objects.filter(team__archived_at=None).values_list("rep_id", "team_id"))
    missing = sorted(wanted - known, key=lambda pair: (pair[0], pair[1] or 0))
    Load.objects.bulk_create([Load(rep_id=rep, team_id=team) for rep, team in missing], ignore_conflicts=True)
