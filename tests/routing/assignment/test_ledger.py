"""The ledger kept lead by lead equals its postings added up, whatever mix of deliveries came."""

import random

import pytest
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.models import Lead, Posting, Rep, Stage
from tests.proofs.company import leads, publish, the_books_agree

pytestmark = pytest.mark.django_db

MIXED = """
plan: 1
name: Mixed
reps:
  laura: {name: L, caps: {open: 12}}
  daniel: {name: D, caps: {open: 30, day: 25}}
  emma: {name: E, skills: {german: 2}}
  omar: {name: O}
teams:
  inside:
    name: Inside
    members: {laura: {weight: 3}, daniel: {weight: 2, caps: {open: 9}}, emma: {weight: 1}}
    counts: {manual: true, claim: true, pick: false, blind: true}
    make_up: {reasons: [capped, paused], leads: 3, days: 7}
  outside: {name: Outside, members: [omar, emma]}
rules:
  - {name: Sharks, when: {all: [{field: product, op: is, value: claim}]}, to: inside, delivery: claim}
  - {name: Unseen, when: {all: [{field: product, op: is, value: blind}]}, to: inside, delivery: blind}
  - {name: By hand, when: {all: [{field: product, op: is, value: manual}]}, to: inside, delivery: manual}
  - {name: German, when: {all: [{field: language, op: is, value: de}]}, to: inside, requires: {skills: {german: 1}}}
  - {name: Weighted, when: {all: [{field: country, op: is, value: US}]}, to: inside, order: weighted,
     when_nobody: {team: outside}}
  - {name: Loaded, when: {all: [{field: country, op: is, value: DE}]}, to: outside, order: least_loaded}
  - {name: Everything else, to: inside}
"""


def anything(chance: random.Random) -> dict[str, str]:
    return {
        "product": chance.choice(["", "", "", "claim", "blind", "manual"]),
        "language": chance.choice(["", "", "de"]),
        "country": chance.choice(["", "US", "US", "DE"]),
    }


@pytest.mark.parametrize("seed", [2, 3, *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(4, 24)]])
def test_ledgers_and_loads_agree_with_what_happened(seed):
    publish(MIXED)
    chance = random.Random(seed)
    reps, stages = list(Rep.objects.order_by("pk")), {stage.slug: stage for stage in Stage.objects.all()}
    for _ in range(40):
        for _ in range(chance.randrange(1, 5)):
            leads(1, **anything(chance))
        pipeline.route(batch=chance.choice([1, 3, 500]))
        lead = chance.choice(list(Lead.objects.order_by("pk")))
        rep = chance.choice(reps)
        try:
            match chance.randrange(6):
                case 0:
                    assignment.hand_over(lead_id=lead.pk, rep=rep, by=None, at=now(), override=chance.choice(["", "x"]))
                case 1:
                    assignment.claim(lead_id=lead.pk, rep=rep, at=now())
                case 2:
                    assignment.pull(rep=rep, at=now())
                case 3 | 4 if lead.owner is not None:
                    reason = chance.choice(["bad_data", "no_show", "no_time"])
                    assignment.give_back(lead_id=lead.pk, rep=lead.owner, reason=reason, at=now())
                case 5:
                    stage = stages[chance.choice(["won", "lost", "contacted"])]
                    assignment.move(lead_id=lead.pk, stage=stage, at=now())
        except assignment.AssignmentError:
            pass
        if chance.random() < 0.2:
            rep.accepting = not rep.accepting
            rep.save()
        the_books_agree()
    assert Posting.objects.filter(sign=1).count() > 20
    assert Posting.objects.filter(sign=-1).exists()
