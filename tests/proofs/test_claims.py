"""Many reps claim one lead in the same instant: exactly one has it, the others are told who was first."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import pytest
from django.db import connection
from django.utils.timezone import now

from routing import assignment
from routing.models import Assignment, Event, Lead, Rep
from tests.cast import lead_in_pool
from tests.proofs.company import publish, team, the_books_agree


@dataclass
class Race:
    """What came of everybody claiming one lead."""

    winners: list[Rep] = field(default_factory=list)
    refusals: list[assignment.AlreadyTaken] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


def company(size: int) -> list[Rep]:
    people = "".join(f"  rep{number:03}: {{name: Rep {number}}}\n" for number in range(size))
    members = ", ".join(f"rep{number:03}" for number in range(size))
    publish(
        f"plan: 1\nname: Sharks\nreps:\n{people}teams: {{inside: {{name: Inside, members: [{members}]}}}}\n"
        "rules: [{name: All, to: inside, delivery: claim}]\n"
    )
    return list(Rep.objects.order_by("username"))


def race(lead: Lead, reps: list[Rep], *, connections: int) -> Race:
    """Everybody claims the lead over so many connections, which are open and released together."""
    found = Race()
    start = threading.Barrier(connections)

    def claims(mine: list[Rep]) -> None:
        try:
            Lead.objects.filter(pk=lead.pk).exists()  # the connection is there
            start.wait()
            for rep in mine:
                try:
                    assignment.claim(lead_id=lead.pk, rep=rep, at=now())
                    found.winners.append(rep)
                except assignment.AlreadyTaken as refusal:
                    found.refusals.append(refusal)
        except BaseException as error:
            found.errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=claims, args=(reps[place::connections],)) for place in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def one_wins_each_round(*, claims: int, connections: int, rounds: int) -> None:
    reps = company(claims)
    of = team("inside")
    for _ in range(rounds):
        lead = lead_in_pool(of)
        found = race(lead, reps, connections=connections)
        assert found.errors == []
        assert (len(found.winners), len(found.refusals)) == (1, claims - 1)
        taken = Lead.objects.get(pk=lead.pk)
        assert taken.owner == found.winners[0]
        assert {(told.owner, told.claimed_at) for told in found.refusals} == {(taken.owner, taken.assigned_at)}
        line = Assignment.objects.get(lead=lead)
        assert (line.rep, line.method, line.ended_at) == (taken.owner, "claim", None)
        assert Event.objects.filter(lead=lead, kind="lead.assigned").count() == 1
    the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_one_of_many_who_claim_a_lead_together_has_it():
    one_wins_each_round(claims=48, connections=24, rounds=3)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_one_of_200_claims_over_60_connections_wins_in_each_of_50_rounds():
    one_wins_each_round(claims=200, connections=60, rounds=50)
