"""A generated past to count: leads of several sources and bands, answered or not, won, lost and open, with blanks and
ties. The same seed makes the same past.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from reps.models import Activity
from routing.models import Assignment, Lead, Membership, Stage
from tests.cast import cast, rep, source
from tests.reports.past_clocks import clocks_of
from tests.reports.past_postings import feedback_of, postings_of

NOW = datetime(2026, 5, 20, 15, 0, tzinfo=UTC)
"""A Wednesday."""
DAYS = 75
KINDS = ("contacted", "meeting", "opportunity", "proposal")


def a_past(seed: int = 1, *, leads: int = 120) -> SimpleNamespace:
    """The cast with a past behind them, and with Mia, who sells in both teams. `leads` are those that count."""
    rand = random.Random(seed)
    company = cast()
    company.mia = rep("mia", "Mia Costa")
    Membership.objects.create(team=company.inside, rep=company.mia, position=3)
    Membership.objects.create(team=company.outside, rep=company.mia, position=1)
    stages = {stage.kind: stage for stage in Stage.objects.order_by("-position")}
    sources = [source("web"), source("fair"), source("=ads")]
    made = [one_lead(number, rand, company, stages, sources) for number in range(leads)]
    company.leads = Lead.objects.bulk_create(made)
    company.assignments = Assignment.objects.bulk_create(
        line for lead in company.leads for line in lines_of(lead, rand, company)
    )
    company.activities = Activity.objects.bulk_create(
        act for lead in company.leads if lead.owner_id for act in acts_of(lead, rand)
    )
    company.postings = postings_of(company, seed=seed)
    company.feedback = feedback_of(at=NOW, seed=seed)
    company.clocks = clocks_of(company.leads, company.assignments, at=NOW, seed=seed)
    return company


def one_lead(number: int, rand: random.Random, company: Any, stages: Any, sources: Any) -> Lead:
    """One lead: of ten, seven are somebody's, one lies in a pool, one waits, one was set aside or withdrawn."""
    captured_at = NOW - timedelta(minutes=rand.randrange(5, DAYS * 24 * 60))
    if rand.random() < 0.1:  # ties
        captured_at = captured_at.replace(hour=9, minute=0)
    team, owners = rand.choice(
        [
            (company.inside, [company.laura, company.daniel, company.emma, company.mia]),
            (company.outside, [company.omar, company.mia]),
        ]
    )
    what = rand.choice(["assigned"] * 7 + ["pooled", "waiting", rand.choice(["disqualified", "withdrawn"])])
    lead = Lead(
        source=rand.choice(sources),
        external_id=f"{number}",
        company=f"Company {number}",
        channel=rand.choice(["form", "phone", ""]),
        industry=rand.choice(["retail", "", "health"]),
        country=rand.choice(["US", "DE", ""]),
        attributes=rand.choice([{}, {"origin": "fair"}, {"origin": ""}, {"origin": "web, too"}]),
        captured_at=captured_at,
        updated_at=captured_at,
        due_at=None,
        score=rand.choice([0, 9, 10, 55, 99, 100]),
        band=rand.choice(["hot", "warm", "cold"]),
        rule=rand.choice(["large", "everything-else", "gone-since", ""]),
        delivery="assign",
        status=what,
        team=None if what in ("disqualified", "withdrawn") else team,
        stage=stages["new"],
        pooled_at=captured_at if what == "pooled" else None,
        waiting_since=captured_at + timedelta(minutes=1) if what == "waiting" else None,
        reason=rand.choice(["off_shift", "capped"]) if what == "waiting" else "",
    )
    if what == "assigned":
        lead.owner = rand.choice(owners)
        lead.assigned_at = captured_at + timedelta(seconds=rand.choice([0, 2, 2, 45, 4_000]))
        worked(lead, rand, stages)
    return lead


def worked(lead: Lead, rand: random.Random, stages: Any) -> None:
    """What its owner did with it: nothing, or a touch, and some of the stages, skipping some."""
    if rand.random() < 0.2:
        return
    assert lead.assigned_at is not None
    lead.first_touch_at = lead.assigned_at + timedelta(seconds=rand.choice([30, 240, 300, 301, 900, 900, 86_400]))
    lead.working_wait = rand.choice([None, 30, 240, 600])
    at = lead.first_touch_at
    for kind in KINDS[: rand.randrange(5)]:
        at += timedelta(hours=rand.choice([1, 5, 30, 30]))
        lead.stage = stages[kind]
        if rand.random() < 0.8:  # else it went past this one
            setattr(lead, f"{kind}_at", at)
    ends = rand.random()
    if ends < 0.35:
        lead.stage, lead.is_open = stages["won"], False
        lead.won_at = at + timedelta(days=rand.choice([0, 1, 3, 3, 20]))
        lead.value = rand.choice([None, 0, 100, 2500.5])
    elif ends < 0.7:
        lead.stage, lead.is_open = stages["lost"], False
        lead.lost_at, lead.lost_reason = at + timedelta(days=rand.choice([0, 2, 9])), rand.choice(["price", "-silent"])


def lines_of(lead: Lead, rand: random.Random, company: Any) -> list[Assignment]:
    """Who had it: its owner, and now and then somebody before."""
    lines: list[Assignment] = []
    if not lead.owner_id or lead.assigned_at is None:
        return lines
    if rand.random() < 0.15:
        lines.append(
            Assignment(
                lead=lead, rep=rand.choice([company.laura, company.omar]), team=lead.team, method="assign",
                rule=lead.rule, assigned_at=lead.captured_at, ended_at=lead.assigned_at,
                ended_because=rand.choice(["bad_data", "no_time", "reassign"]),
            )
        )  # fmt: skip
    lines.append(
        Assignment(
            lead=lead, rep=lead.owner, team=lead.team, method=rand.choice(["assign", "claim", "manual"]),
            rule=lead.rule, assigned_at=lead.assigned_at, first_touch_at=lead.first_touch_at,
            working_wait=lead.working_wait,
        )
    )  # fmt: skip
    return lines


def acts_of(lead: Lead, rand: random.Random) -> list[Activity]:
    """What was done: the first touch, and more after it."""
    if lead.first_touch_at is None:
        return []
    acts = []
    at = lead.first_touch_at
    for _ in range(rand.choice([1, 1, 2, 4])):
        kind = rand.choice(["call", "call", "email", "meeting", "message"])
        acts.append(
            Activity(
                lead=lead,
                rep=lead.owner,
                kind=kind,
                outcome=rand.choice(["reached", "no_answer", "voicemail", ""]) if kind == "call" else "",
                seconds=rand.choice([None, 0, 65, 240, 240]) if kind in ("call", "meeting") else None,
                at=at,
                logged_at=at,
                self_reported=rand.random() < 0.5,
            )
        )
        at += timedelta(minutes=rand.choice([0, 30, 3_000]))
    return acts
