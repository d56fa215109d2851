"""A rep takes a lead out of the pool: claimed, picked, or pulled blind."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.models import Assignment, Event, Lead, Posting
from tests.proofs.company import EVERY_DELIVERY, leads, publish, rep, team, the_books_agree

pytestmark = pytest.mark.django_db

CAPPED = EVERY_DELIVERY.replace("{name: Laura Ortiz}", "{name: Laura Ortiz, caps: {open: 1}}")


@pytest.fixture
def plan():
    publish()


def pooled(product, count=1, **fields):
    made = leads(count, product=product, **fields)
    pipeline.route()
    return [Lead.objects.get(pk=lead.pk) for lead in made]


def test_a_claimed_lead_is_theirs_with_its_history_and_its_news(plan):
    (lead,) = pooled("claim")
    assert (lead.status, lead.owner, lead.team.slug) == ("pooled", None, "inside")
    at = now()
    taken = assignment.claim(lead_id=lead.pk, rep=rep("laura"), at=at)
    assert (taken.status, taken.owner, taken.assigned_at, taken.pooled_at) == ("assigned", rep("laura"), at, None)
    line = Assignment.objects.get()
    assert (line.rep, line.method, line.rule, line.assigned_at) == (rep("laura"), "claim", "sharks", at)
    assert list(Event.objects.values_list("kind", "rep__username")) == [
        ("lead.pooled", None),
        ("lead.assigned", "laura"),
    ]
    the_books_agree()


def test_who_comes_second_is_told_who_was_first_and_when(plan):
    (lead,) = pooled("claim")
    first_at = now()
    assignment.claim(lead_id=lead.pk, rep=rep("laura"), at=first_at)
    with pytest.raises(assignment.AlreadyTaken) as refusal:
        assignment.claim(lead_id=lead.pk, rep=rep("daniel"), at=first_at + timedelta(seconds=2))
    assert (refusal.value.owner, refusal.value.claimed_at) == (rep("laura"), first_at)


def test_nobody_of_another_team_claims_it(plan):
    (lead,) = pooled("claim")
    with pytest.raises(assignment.NotAllowed) as refusal:
        assignment.claim(lead_id=lead.pk, rep=rep("omar"), at=now())
    assert refusal.value.code == "not_member"
    lead.refresh_from_db()
    assert (lead.status, lead.owner) == ("pooled", None)


def test_a_cap_holds_for_claims_too(db):
    publish(CAPPED)
    first, second = pooled("claim", 2)
    assignment.claim(lead_id=first.pk, rep=rep("laura"), at=now())
    with pytest.raises(assignment.NotAllowed) as refusal:
        assignment.claim(lead_id=second.pk, rep=rep("laura"), at=now())
    assert refusal.value.code == "capped"
    assert assignment.claim(lead_id=second.pk, rep=rep("daniel"), at=now()).owner == rep("daniel")
    the_books_agree()


@pytest.mark.parametrize("lies_there_for", ["pick", "blind", "manual"])
def test_only_what_lies_on_the_claim_board_is_claimed(plan, lies_there_for):
    (lead,) = pooled(lies_there_for)
    with pytest.raises(assignment.NotThere):
        assignment.claim(lead_id=lead.pk, rep=rep("laura"), at=now())


def test_a_lead_that_was_closed_in_the_pool_is_not_claimed(plan, stage):
    (lead,) = pooled("claim")
    assignment.move(lead_id=lead.pk, stage=stage("lost"), at=now())
    with pytest.raises(assignment.NotThere):
        assignment.claim(lead_id=lead.pk, rep=rep("laura"), at=now())
    the_books_agree()


def test_a_picked_lead_is_theirs(plan):
    first, second = pooled("pick", 2)
    assert assignment.pick(lead_id=second.pk, rep=rep("emma"), at=now()).owner == rep("emma")
    assert Lead.objects.get(pk=first.pk).status == "pooled"


def test_a_blind_pull_brings_the_hottest_then_the_oldest(plan):
    old, older, hot = pooled("blind", 3)
    Lead.objects.filter(pk=hot.pk).update(band="hot")
    Lead.objects.filter(pk=older.pk).update(captured_at=old.captured_at - timedelta(days=1))
    drawn = [assignment.pull(rep=rep(name), at=now()) for name in ("laura", "daniel", "emma")]
    assert [lead.pk for lead in drawn] == [hot.pk, older.pk, old.pk]
    assert assignment.pull(rep=rep("laura"), at=now()) is None


def test_nothing_of_other_teams_is_pulled(plan):
    pooled("blind")
    assert assignment.pull(rep=rep("omar"), at=now()) is None


@pytest.mark.parametrize(("counts", "postings"), [("{}", 0), ("{claim: true}", 1)], ids=["by default", "it says so"])
def test_whether_a_claim_counts_is_the_teams_to_say(db, counts, postings):
    publish(EVERY_DELIVERY.replace("name: Inside,", f"name: Inside, counts: {counts},"))
    (lead,) = pooled("claim")
    assignment.claim(lead_id=lead.pk, rep=rep("laura"), at=now())
    assert Posting.objects.count() == postings
    the_books_agree()


def test_a_rep_who_is_not_taking_leads_may_claim_all_the_same(plan):
    (lead,) = pooled("claim")
    team("inside")
    laura = rep("laura")
    laura.accepting = False
    laura.save()
    assert assignment.claim(lead_id=lead.pk, rep=laura, at=now()).owner == laura
