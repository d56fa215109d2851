"""A decision made again on what was stored is the decision that was made, whatever has changed since."""

import json
import random
from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.explain import explanation, replays, retell
from routing.models import Decision, Lead, PeopleState, Rep, RosterState
from routing.people_changes import set_accepting
from tests.cast import source
from tests.proofs.company import PEOPLE, leads, publish, rep

pytestmark = pytest.mark.django_db

RANDOM_PEOPLE = """
plan: 1
name: Random
calendars:
  berlin: {timezone: Europe/Berlin, hours: {mon-sun: "00:00-24:00"}}
reps:
  laura: {name: L, caps: {open: 25, day: 60}, skills: {german: 3}, seniority: 4}
  daniel: {name: D, caps: {hour: 20}, skills: {german: 1, ehr: 2}, seniority: 2}
  emma: {name: E, calendar: berlin, skills: {ehr: 3}, seniority: 5}
  omar: {name: O, caps: {open: 40}}
  nina: {name: N, seniority: 3}
teams:
  inside:
    name: Inside
    members: {laura: {weight: 3}, daniel: {weight: 2, caps: {open: 30}}, emma: {weight: 1}, nina: {weight: 0}}
    make_up: {reasons: [capped, paused], leads: 3, days: 7}
  outside: {name: Outside, members: [omar, nina, emma]}
territories:
  us: {name: US, where: [{field: country, op: is, value: US}], team: outside}
  texas: {name: Texas, parent: us, where: [{field: region, op: is, value: TX}], team: inside, reps: [laura, daniel]}
qualification:
  scores:
    - {slug: big, name: Big, points: 45, when: {all: [{field: company_size, op: at_least, value: 500}]}}
    - {slug: keen, name: Keen, points: 40, when: {all: [{field: attributes.clicks, op: more_than, value: 4}]}}
  disqualify:
    - {slug: student, name: Student, reason: no buyer, when: {all: [{field: job_title, op: contains, value: student}]}}
"""
DELIVERIES = ("assign", "assign", "assign", "offer", "claim", "blind", "manual")
ORDERS = ("round_robin", "weighted", "least_loaded", "best_match", "priority", "random")
CONDITIONS = (
    "{field: band, op: is, value: hot}",
    "{field: company_size, op: between, value: [10, 700]}",
    "{field: country, op: in, value: [US, DE]}",
    "{field: attributes.clicks, op: at_least, value: 3}",
    "{field: language, op: is_set}",
    "{field: captured_at, op: within_hours, value: berlin}",
    "{field: territory, op: is, value: texas}",
    "{field: free_mail, op: is, value: 'yes'}",
    "{none: [{field: product, op: starts_with, value: e}]}",
)


def random_plan(chance):
    rules = []
    for number in range(chance.randrange(4, 9)):
        when = ", ".join(chance.sample(CONDITIONS, chance.choice([1, 1, 2])))
        delivery = chance.choice(DELIVERIES)
        to = chance.choice(["inside", "outside", "{territory: true}"])
        if delivery in ("assign", "offer") and chance.random() < 0.2:
            to = "{rep: nina}"
        nobody = chance.choice(["wait", "next_rule", "anyone", "{team: outside}"])
        asks = chance.choice(["", ", requires: {skills: {german: 1}}", ", requires: {on_shift: true}"])
        rules.append(
            f"  - {{name: Rule {number}, when: {{{chance.choice(['all', 'any'])}: [{when}]}}, to: {to},"
            f" delivery: {delivery}, order: {chance.choice(ORDERS)}, when_nobody: {nobody}{asks},"
            " skills_from: [product]}\n".replace(", skills_from: [product]", "")
        )
    last = f"  - {{name: Last, to: inside, order: {chance.choice(ORDERS)}}}\n"
    return RANDOM_PEOPLE + "rules:\n" + "".join(rules) + last


def random_facts(chance, number):
    return {
        "country": chance.choice(["", "US", "US", "DE", "FR"]),
        "region": chance.choice(["", "TX", "CA"]),
        "company_size": chance.choice([None, 5, 100, 600, 5000]),
        "language": chance.choice(["", "de"]),
        "product": chance.choice(["", "ehr", "billing"]),
        "job_title": chance.choice(["", "CEO", "CTO", "PhD student"]),
        "company": chance.choice(["", "", f"Company {chance.randrange(40)}"]),
        "email": chance.choice(["", f"p{number}@gmail.com", f"p{number}@c{chance.randrange(30)}.example"]),
        "attributes": chance.choice([{}, {"clicks": "7"}, {"clicks": "many"}, {"clicks": "3.5", "other": "x"}]),
    }


def something_changes(chance):
    name = chance.choice(["laura", "daniel", "emma", "nina"])
    one = rep(name)
    match chance.randrange(4):
        case 0:
            set_accepting(one, not one.accepting, at=now())
        case 1:
            set_accepting(one, False, at=now(), paused_until=now() + timedelta(hours=1)) if one.accepting else None
        case 2:
            one.cap_open = chance.choice([None, 3, 30])
            one.save()
        case 3:
            lead = Lead.objects.filter(owner=one, is_open=True).first()
            if lead is not None:
                assignment.give_back(lead_id=lead.pk, rep=one, reason="no_show", at=now())


def all_replay():
    rows = list(Decision.objects.order_by("pk"))
    differing = [(row.pk, row.outcome, row.rule, row.rep_id) for row in rows if not replays(retell(row))]
    assert differing == []
    return rows


@pytest.mark.parametrize("seed", [1, 2, *[pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 30)]])
def test_every_decision_replays_whatever_changed_since(seed):
    chance = random.Random(seed)
    publish(random_plan(chance))
    of = source()
    for number in range(120):
        leads(1, source=of, captured_at=now() - timedelta(hours=chance.randrange(48)), **random_facts(chance, number))
        if chance.random() < 0.1:
            pipeline.route(batch=chance.choice([1, 7, 500]))
            something_changes(chance)
    pipeline.route()
    publish(random_plan(chance))
    Rep.objects.update(seniority=1)
    rep("emma").delete() if not rep("emma").assignments.exists() else None
    pipeline.route()
    rows = all_replay()
    assert len(rows) >= 120
    assert len({row.outcome for row in rows}) >= 3
    told = [explanation(pk) for pk in Lead.objects.values_list("pk", flat=True)]
    assert all(one["decision"]["replays"] and one["words"] for one in told if one["decision"])
    json.dumps(told)


def test_a_decision_that_would_come_out_otherwise_says_so():
    publish()
    leads(1)
    pipeline.route()
    Decision.objects.update(rep=rep("emma"))
    assert replays(retell(Decision.objects.get())) is False


def test_what_an_explanation_keeps_of_a_person_is_what_a_condition_reads():
    publish(
        PEOPLE + "rules: [{name: Big, when: {all: [{field: company_size, op: at_least, value: 10}]}, to: inside},"
        " {name: Rest, to: inside}]\n"
    )
    secret = {"email": "jane@clinic.example", "phone": "+4930123456", "first_name": "Jane", "last_name": "Doe"}
    leads(1, company_size=20, **secret)
    pipeline.route()
    kept = "".join(
        [
            *Decision.objects.values_list("explanation", flat=True),
            *RosterState.objects.values_list("state", flat=True),
            *PeopleState.objects.values_list("document", flat=True),
            json.dumps([explanation(pk) for pk in Lead.objects.values_list("pk", flat=True)]),
        ]
    )
    assert "20" in kept
    assert not [value for value in secret.values() if value in kept]


def test_a_condition_that_reads_the_email_keeps_it():
    publish(
        PEOPLE + "rules: [{name: Acme, when: {all: [{field: email, op: ends_with, value: '@acme.example'}]},"
        " to: outside}, {name: Rest, to: inside}]\n"
    )
    leads(1, email="jane@acme.example")
    pipeline.route()
    told = explanation(Lead.objects.get().pk)
    assert told["rules"][0]["conditions"]["all"][0]["actual"] == "jane@acme.example"
    assert told["decision"]["rep"] == "omar"


def test_it_says_why_not_everybody_else():
    publish()
    set_accepting(rep("laura"), False, at=now())
    leads(1)
    pipeline.route()
    told = explanation(Lead.objects.get().pk)
    against = {one["rep"]: one["against"] for one in told["reps"]}
    assert against == {"laura": "paused", "daniel": None, "emma": None}
    assert told["ledger"]["daniel"] == {"before": "0", "after": "-1/2"}
    assert told["decision"]["rep"] == "daniel"
