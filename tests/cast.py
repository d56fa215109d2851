"""The small cast: Dana manages Inside; Laura, Daniel and Emma sell there; Omar sells in Outside and sees nothing of it.

Plain functions, each making one thing. A lead is made as its status says, past the one door: what tests start from.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.timezone import now

from routing.intake import tokens
from routing.intake.normalise import person_keys
from routing.models import Assignment, Lead, Membership, Offer, Rep, Source, Stage, Team, User

MONDAY_MORNING = datetime(2026, 1, 5, 15, 0, tzinfo=UTC)


def person(username: str, **fields: Any) -> User:
    """Somebody who logs in."""
    return User.objects.create_user(username=username, password="correct horse", **fields)


def rep(username: str, name: str, **fields: Any) -> Rep:
    """Somebody who sells, with a log-in of the same name."""
    return Rep.objects.create(
        username=username, name=name, email=f"{username}@acme.example", user=person(username), **fields
    )


def team(slug: str, *, members: tuple[Rep, ...] = (), managers: tuple[User, ...] = ()) -> Team:
    """A team with its members in order."""
    made = Team.objects.create(slug=slug, name=slug.capitalize())
    made.managers.set(managers)
    for position, member in enumerate(members):
        Membership.objects.create(team=made, rep=member, position=position)
    return made


def cast() -> SimpleNamespace:
    """Everybody: dana (a user), laura, daniel, emma, omar (reps), inside, outside (teams)."""
    dana = person("dana", first_name="Dana")
    laura, daniel, emma = rep("laura", "Laura Ortiz"), rep("daniel", "Daniel Weiss"), rep("emma", "Emma Novak")
    omar = rep("omar", "Omar Haddad")
    return SimpleNamespace(
        dana=dana,
        laura=laura,
        daniel=daniel,
        emma=emma,
        omar=omar,
        inside=team("inside", members=(laura, daniel, emma), managers=(dana,)),
        outside=team("outside", members=(omar,)),
    )


def source(slug: str = "web", **fields: Any) -> Source:
    """Where leads come from; the same again when it is there."""
    return Source.objects.get_or_create(slug=slug, defaults={"name": slug.capitalize(), **fields})[0]


def token(of: Source | User, **fields: Any) -> str:
    """The secret of a new token of a source or of a person."""
    owner = {"source": of} if isinstance(of, Source) else {"user": of}
    return tokens.make(name="test", at=MONDAY_MORNING, **owner, **fields)[1]


def lead(**fields: Any) -> Lead:
    """A lead to be routed, unless its fields say otherwise."""
    stage = fields.pop("stage", "new")
    captured_at = fields.pop("captured_at", MONDAY_MORNING)
    keys = person_keys(email=fields.get("email"), phone=fields.get("phone"), company=fields.get("company"))
    return Lead.objects.create(
        **{
            "source": fields.pop("source", None) or source(),
            "stage": Stage.objects.get(slug=stage),
            "captured_at": captured_at,
            "updated_at": captured_at,
            "due_at": captured_at,
            "email_key": keys.email_key or "",
            "email_domain": keys.email_domain or "",
            "free_mail": keys.free_mail,
            "phone_key": keys.phone_key or "",
            "company_key": keys.company_key or "",
            **fields,
        }
    )


def lead_of(owner: Rep, **fields: Any) -> Lead:
    """A lead that a rep owns, with the line of its history that says so."""
    assigned_at = fields.pop("assigned_at", MONDAY_MORNING)
    made = lead(
        status=Lead.Status.ASSIGNED,
        owner=owner,
        assigned_at=assigned_at,
        **{"delivery": "assign", "due_at": None} | fields,
    )
    Assignment.objects.create(
        lead=made,
        rep=owner,
        team=made.team,
        method=Assignment.Method.ASSIGN,
        assigned_at=assigned_at,
        first_touch_at=made.first_touch_at,
    )
    return made


def lead_on_offer(to: Rep, of: Team, **fields: Any) -> Lead:
    """A lead on offer to a rep, for ten minutes from `offered_at`, which is now unless it is given."""
    offered_at = fields.pop("offered_at", None) or now()
    made = lead(
        status=Lead.Status.OFFERED,
        offered_to=to,
        team=of,
        delivery="offer",
        routed_at=offered_at,
        **{"due_at": None, "hide_contact": True} | fields,
    )
    Offer.objects.create(
        lead=made, rep=to, team=of, offered_at=offered_at, expires_at=offered_at + timedelta(minutes=10)
    )
    return made


def lead_in_pool(of: Team, delivery: str = "claim", **fields: Any) -> Lead:
    """A lead lying in a team's pool, to be claimed, picked or pulled."""
    return lead(
        status=Lead.Status.POOLED, team=of, delivery=delivery, pooled_at=MONDAY_MORNING, **{"due_at": None} | fields
    )
