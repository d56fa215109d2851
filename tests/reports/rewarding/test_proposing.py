"""A proposal: the team's own numbers, and weights that follow from them."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import WeightProposal
from reports.rewarding import deciding, proposing
from routing.models import Lead, Membership
from tests.cast import rep
from tests.reports.rewarding.conftest import AT, SINCE, owned


def make(people, team=None, **fields):
    fields = {"since": SINCE, "until": AT, "at": AT, "by": people.dana} | fields
    return proposing.make(team=team or people.inside, **fields)


def lines(proposal):
    return {line.rep.username: line for line in proposal.lines.select_related("rep")}


def taken_on(people, proposal, at=AT):
    return deciding.approve(
        proposal=proposal, weights={line.rep_id: line.proposed for line in proposal.lines.all()}, at=at, by=people.dana
    )


def test_who_wins_more_of_like_leads_is_proposed_more_and_nothing_changes_yet(people):
    found = lines(make(people))
    assert found["laura"].proposed > 100 > found["daniel"].proposed
    assert (found["laura"].leads, found["laura"].won) == (200, 50)
    assert found["laura"].expected == pytest.approx(200 * 78 / 404)
    assert list(Membership.objects.values_list("weight", flat=True)) == [1, 1, 1, 1]


def test_four_leads_move_nobody_however_many_were_won(people):
    """Emma won half of hers; Laura and Daniel share between them what they had."""
    found = lines(make(people))
    assert found["emma"].proposed == 100
    assert found["laura"].proposed + found["daniel"].proposed == 200
    assert not found["emma"].output.is_enough


def test_leads_of_another_team_of_another_time_and_withdrawn_ones_do_not_count(people):
    before = lines(make(people))
    owned(people.laura, people.outside, 50, 50)
    owned(people.laura, people.inside, 50, 50, at=SINCE - timedelta(seconds=1))
    owned(people.laura, people.inside, 50, 50, at=AT)
    owned(people.laura, people.inside, 50, 0)
    last = list(Lead.objects.order_by("-pk").values_list("pk", flat=True)[:50])
    Lead.objects.filter(pk__in=last).update(status="withdrawn", owner=None)
    after = lines(make(people))
    assert {name: (line.leads, line.won, line.proposed) for name, line in before.items()} == {
        name: (line.leads, line.won, line.proposed) for name, line in after.items()
    }


def test_better_leads_are_no_merit(people):
    """Laura is given the referrals, of which half are won whoever has them."""
    Membership.objects.filter(team=people.inside).delete()
    people.inside.leads.all().delete()
    for position, one in enumerate((people.laura, people.daniel)):
        Membership.objects.create(team=people.inside, rep=one, position=position)
    owned(people.laura, people.inside, 150, 75, band="hot")
    owned(people.laura, people.inside, 50, 5)
    owned(people.daniel, people.inside, 50, 25, band="hot")
    owned(people.daniel, people.inside, 150, 15)
    assert {name: line.proposed for name, line in lines(make(people)).items()} == {"laura": 1, "daniel": 1}


def test_who_is_not_active_keeps_their_share(people):
    people.laura.active = False
    people.laura.save()
    found = lines(make(people))
    assert [line.proposed for line in found.values()] == [1, 1, 1]


def test_a_new_proposal_makes_way_for_none_that_waits(people):
    first, second = make(people), make(people)
    first.refresh_from_db()
    assert (first.state, second.state) == ("dismissed", "proposed")
    assert WeightProposal.objects.filter(state="proposed").get() == second


def test_the_same_numbers_again_propose_the_same_weights_again(people):
    once = taken_on(people, make(people))
    again = make(people)
    assert {name: line.proposed for name, line in lines(again).items()} == {
        name: line.approved for name, line in lines(once).items()
    }


def test_a_weight_set_by_hand_since_is_a_wish_and_output_comes_on_top(people):
    once = lines(taken_on(people, make(people)))
    Membership.objects.filter(rep=people.emma).update(weight=50)
    Membership.objects.filter(rep=people.daniel).update(weight=100)
    found = lines(make(people))
    assert found["emma"].proposed == 50
    assert found["laura"].weight == once["laura"].approved
    assert found["daniel"].proposed < 100


def test_a_period_that_ends_before_it_begins_is_refused(people):
    with pytest.raises(ValueError, match="after it begins"):
        make(people, since=AT, until=AT)


def test_its_queries_do_not_grow_with_members_and_leads(people):
    with CaptureQueriesContext(connection) as few:
        make(people)
    for number in range(20):
        one = rep(f"rep{number}", f"Rep {number}")
        Membership.objects.create(team=people.inside, rep=one, position=number + 3)
        owned(one, people.inside, 20, number)
    with CaptureQueriesContext(connection) as many:
        assert make(people).lines.count() == 23
    assert len(many) <= len(few) + 1
