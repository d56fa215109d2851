"""A published company for tests of routing: people and plan from YAML, leads by the hundred, ledgers recomputed."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import Q
from django.utils.timezone import now

from routing.engine.fairness import Ledger
from routing.intake.normalise import person_keys
from routing.models import Assignment, Lead, Load, Posting, Rep, Stage, Team, TeamLedger
from routing.plan.load import load_file
from tests.cast import MONDAY_MORNING, source

PEOPLE = """
plan: 1
name: Acme inbound
reps: {laura: {name: Laura Ortiz}, daniel: {name: Daniel Weiss}, emma: {name: Emma Novak}, omar: {name: Omar Haddad}}
teams:
  inside: {name: Inside, members: [laura, daniel, emma]}
  outside: {name: Outside, members: [omar]}
"""
RULES = """
rules:
  - {name: Sharks, when: {all: [{field: product, op: is, value: claim}]}, to: inside, delivery: claim}
  - {name: Cherries, when: {all: [{field: product, op: is, value: pick}]}, to: inside, delivery: pick}
  - {name: Unseen, when: {all: [{field: product, op: is, value: blind}]}, to: inside, delivery: blind}
  - {name: By hand, when: {all: [{field: product, op: is, value: manual}]}, to: inside, delivery: manual}
  - {name: Abroad, when: {all: [{field: country, op: is, value: DE}]}, to: outside}
  - {name: Everything else, to: inside}
"""
EVERY_DELIVERY = PEOPLE + RULES


def publish(text: str = EVERY_DELIVERY, **options: bool) -> None:
    """Lays a file over people and plan, and publishes it."""
    load_file(text, at=now(), and_publish=True, **options)


def rep(username: str) -> Rep:
    return Rep.objects.get(username=username)


def team(slug: str) -> Team:
    return Team.objects.get(slug=slug)


def leads(count: int, **fields: Any) -> list[Lead]:
    """Leads to be routed, captured a second apart."""
    of, stage = fields.pop("source", None) or source(), Stage.objects.get(slug="new")
    first = fields.pop("captured_at", MONDAY_MORNING)
    made = []
    for number in range(count):
        at = first + timedelta(seconds=number)
        keys = person_keys(email=fields.get("email"), phone=fields.get("phone"), company=fields.get("company"))
        made.append(
            Lead(
                **{
                    "source": of,
                    "stage": stage,
                    "captured_at": at,
                    "updated_at": at,
                    "due_at": at,
                    "email_key": keys.email_key or "",
                    "email_domain": keys.email_domain or "",
                    "free_mail": keys.free_mail,
                    "phone_key": keys.phone_key or "",
                    "company_key": keys.company_key or "",
                    **fields,
                }
            )
        )
    return Lead.objects.bulk_create(made)


def owners() -> list[str | None]:
    """Who has each lead, in the order in which they were captured."""
    return list(Lead.objects.order_by("captured_at", "pk").values_list("owner__username", flat=True))


def balances(slug: str) -> dict[str, Fraction]:
    """What a team's ledger says, in leads; those who stand at 0 left out."""
    ledger = TeamLedger.objects.filter(team__slug=slug).first()
    state = json.loads(ledger.state) if ledger is not None else {}
    return {name: lag for name, lag in Ledger.from_state(state).all_lags().items() if lag}


def balances_from_postings(slug: str) -> dict[str, Fraction]:
    """The same, added up from what was posted."""
    names = dict(Rep.objects.values_list("pk", "username"))
    found: dict[str, Fraction] = {}
    posted = Posting.objects.filter(team__slug=slug).values_list("winner_id", "eligible__members", "sign")
    for winner, members, sign in posted:
        listed = json.loads(members)
        total = sum(weight for _, weight in listed)
        for pk, weight in listed:
            found[names[pk]] = found.get(names[pk], Fraction(0)) + sign * Fraction(weight, total)
        found[names[winner]] = found.get(names[winner], Fraction(0)) - sign
    return {name: lag for name, lag in found.items() if lag}


def the_books_agree() -> None:
    """Every ledger is the sum of its postings and sums to zero; every load counts the open leads there are, those on
    offer too."""
    for slug in Team.objects.values_list("slug", flat=True):
        assert balances(slug) == balances_from_postings(slug)
        assert sum(balances(slug).values()) == 0
    held = Lead.objects.filter(is_open=True)
    for name in Rep.objects.values_list("username", flat=True):
        counted = dict(Load.objects.filter(rep__username=name).values_list("team__slug", "open"))
        theirs = held.filter(Q(owner__username=name) | Q(offered_to__username=name))
        assert counted.pop(None, 0) == theirs.count(), name
        for slug, number in counted.items():
            assert number == theirs.filter(team__slug=slug).count(), (name, slug)


def every_lead_has_one_owner(count: int) -> None:
    """So many leads there are, each assigned, each with one line of history, which is open and names its owner."""
    assert Lead.objects.count() == count
    assert Lead.objects.filter(status=Lead.Status.ASSIGNED, owner__isnull=False).count() == count
    assert Assignment.objects.count() == count
    lines = Assignment.objects.filter(ended_at=None).values_list("lead_id", "rep_id")
    assert dict(lines) == dict(Lead.objects.values_list("pk", "owner_id"))


def at_once(hours: float = 0) -> datetime:
    """Now, or so many hours from now."""
    return now() + timedelta(hours=hours)
