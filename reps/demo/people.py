"""Who logs in, what they may do, and when they are away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from routing.engine.absences import Asked, spelled
from routing.models import Rep, TimeOff, User
from routing.people_changes import recorded
from routing.roles import ANALYST, MANAGER, REP
from routing.roster import directory

PASSWORD: Final = "fieldwise-demo"  # noqa: S105 - everybody's, and only here


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the company who is no rep."""

    username: str
    name: str
    zone: str
    does: str


ADMIN: Final = Person("admin", "Alex Admin", "", "superuser: everything")
DANA: Final = Person(
    "dana", "Dana Whitman", "America/New_York", "manager of Enterprise, North America and Rapid response"
)
STEFAN: Final = Person("stefan", "Stefan Krüger", "Europe/Berlin", "manager of Europe")
NORA: Final = Person("nora", "Nora Ibsen", "Europe/Copenhagen", "analyst: sees people and plan, no contact details")

AWAY: Final = (
    # Who, days from today until it begins, days it lasts (half a day: its morning), why, who covers.
    ("kenji", -1, 5, "Family visit", "grace"),
    ("laura", -68, 5, "Holiday", "daniel"),
    ("marcus", -54, 3, "Trade show", None),
    ("emma", -40, 8, "Holiday", "sofia"),
    ("jonas", -33, 5, "Holiday", "amelie"),
    ("omar", -19, 2, "Ill", None),
    ("laura", 5, 0.5, "Dentist", None),
    ("amelie", 9, 7, "Holiday", "jonas"),
    ("daniel", 16, 4, "Holiday", "laura"),
)


def make_office() -> dict[str, User]:
    """Everybody who is no rep, by username."""
    password = make_password(PASSWORD)
    made = {}
    for person in (ADMIN, DANA, STEFAN, NORA):
        address = f"{person.username}@fieldwise.example"
        made[person.username] = user(
            person.username, person.name, password, email=address, timezone=person.zone, is_staff=True
        )
    User.objects.filter(pk=made["admin"].pk).update(is_superuser=True)
    for person, role in ((DANA, MANAGER), (STEFAN, MANAGER), (NORA, ANALYST)):
        made[person.username].groups.add(Group.objects.get(name=role))
    return made


def make_log_ins_of_reps() -> dict[str, User]:
    """A log-in for every rep, by username."""
    password, sellers = make_password(PASSWORD), Group.objects.get(name=REP)
    made = {}
    for rep in Rep.objects.order_by("pk"):
        made[rep.username] = rep.user = user(rep.username, rep.name, password, email=rep.email)
        rep.save(update_fields=["user"])
        rep.user.groups.add(sellers)
    return made


def make_absences(*, at: datetime, since: datetime, by: User) -> None:
    """Holidays and sick days, past and to come."""
    reps = Rep.objects.in_bulk(field_name="username")
    with recorded(at=since, by=by):
        for username, begins, days, why, cover in AWAY:
            first = (at + timedelta(days=begins)).date()
            last = first + timedelta(days=int(days) - 1)
            asked = Asked("morning", first, first) if days < 1 else Asked("days", first, last)
            starts, ends = spelled(asked, directory().people.reps[username].calendar)
            TimeOff.objects.create(
                rep=reps[username],
                starts_local=starts,
                ends_local=ends,
                note=why,
                cover=reps[cover] if cover else None,
                booked_by=by,
                created_at=since,
            )


def user(username: str, name: str, password: str, **fields: object) -> User:
    """Somebody who can log in; `password` is its hash, made once for all."""
    first, _, last = name.partition(" ")
    return User.objects.create(username=username, first_name=first, last_name=last, password=password, **fields)


def log_ins() -> str:
    """Who can log in, for whoever just started this."""
    office = [f"  {person.username:<8} {person.does}" for person in (ADMIN, DANA, STEFAN, NORA)]
    sellers = []
    for rep in Rep.objects.prefetch_related("memberships__team").order_by("pk"):
        teams = ", ".join(place.team.name for place in sorted(rep.memberships.all(), key=lambda place: place.team.name))
        sellers.append(f"  {rep.username:<8} rep, {teams}")
    return "\n".join([f"Log in with the password {PASSWORD} as", *office, *sellers])
