"""A proposal is decided on once; approved weights are the members', logged, and only while nothing else changed."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from reports.models import WeightProposal
from reports.rewarding import deciding, proposing
from routing.models import Membership, PeopleChange, Revision
from tests.cast import rep
from tests.reports.rewarding.conftest import AT, SINCE, with_a_past


@pytest.fixture
def proposal(people):
    return made(people)


def made(people):
    return proposing.make(team=people.inside, since=SINCE, until=AT, at=AT, by=people.dana)


def as_proposed(proposal, **changed):
    return {line.rep_id: changed.get(line.rep.username, line.proposed) for line in proposal.lines.select_related("rep")}


def approve(people, proposal, **changed):
    return deciding.approve(proposal=proposal, weights=as_proposed(proposal, **changed), at=AT, by=people.dana)


def weights(people):
    return dict(Membership.objects.filter(team=people.inside).values_list("rep__username", "weight"))


def test_approved_weights_are_the_members_and_logged_like_any_change_of_people(people, proposal):
    revision = Revision.objects.get().people
    approve(people, proposal)
    laura, daniel = weights(people)["laura"], weights(people)["daniel"]
    assert weights(people) == {"laura": laura, "daniel": daniel, "emma": 100}
    assert laura > 120 and daniel < 80
    assert (proposal.state, proposal.decided_by) == ("approved", people.dana)
    logged = PeopleChange.objects.get(kind="membership", rep=people.laura)
    assert (logged.before["weight"], logged.after["weight"], logged.by, logged.at) == (1, laura, people.dana, AT)
    assert PeopleChange.objects.filter(kind="membership", team=people.inside).count() == 3
    assert Revision.objects.get().people > revision
    assert sorted(proposal.lines.values_list("approved", flat=True)) == sorted(weights(people).values())


def test_other_teams_keep_their_weights(people, proposal):
    approve(people, proposal)
    assert Membership.objects.get(team=people.outside).weight == 1


def test_what_the_manager_writes_instead_is_what_holds(people, proposal):
    approve(people, proposal, laura=111, emma=0)
    assert (weights(people)["laura"], weights(people)["emma"]) == (111, 0)
    assert proposal.state == "edited"


def test_a_dismissed_proposal_changes_nothing_and_is_kept(people, proposal):
    deciding.dismiss(proposal=proposal, at=AT, by=people.dana)
    assert set(weights(people).values()) == {1}
    assert (proposal.state, proposal.decided_at, proposal.lines.count()) == ("dismissed", AT, 3)


@pytest.mark.parametrize("first", ["approve", "dismiss"])
def test_it_is_decided_on_once(people, proposal, first):
    if first == "approve":
        approve(people, proposal)
    else:
        deciding.dismiss(proposal=proposal, at=AT, by=people.dana)
    before = weights(people)
    with pytest.raises(deciding.AlreadyDecided):
        approve(people, proposal, laura=7)
    with pytest.raises(deciding.AlreadyDecided):
        deciding.dismiss(proposal=proposal, at=AT, by=people.dana)
    assert weights(people) == before


def leaves(people):
    Membership.objects.get(team=people.inside, rep=people.emma).delete()


def joins(people):
    Membership.objects.create(team=people.inside, rep=rep("nina", "Nina"), position=3)


def weighs_more(people):
    Membership.objects.filter(team=people.inside, rep=people.emma).update(weight=2)


@pytest.mark.parametrize("meanwhile", [leaves, joins, weighs_more])
def test_what_changed_meanwhile_is_not_written_over(people, proposal, meanwhile):
    meanwhile(people)
    before = weights(people)
    assert deciding.is_stale(proposal)
    with pytest.raises(deciding.Stale):
        approve(people, proposal)
    proposal.refresh_from_db()
    assert weights(people) == before
    assert (proposal.state, PeopleChange.objects.filter(kind="membership").count()) == ("proposed", 0)


@pytest.mark.parametrize("wrong", [{"laura": -1}, {"laura": 1001}])
def test_a_weight_out_of_bounds_is_refused(people, proposal, wrong):
    with pytest.raises(ValueError, match="0 to 1000"):
        approve(people, proposal, **wrong)
    assert proposal.state == "proposed"


def test_weights_of_somebody_else_are_refused(people, proposal):
    others = as_proposed(proposal) | {people.omar.pk: 5}
    with pytest.raises(ValueError, match="each member"):
        deciding.approve(proposal=proposal, weights=others, at=AT, by=people.dana)


def at_once(people, proposal, ready, number):
    """Approves with a weight of its own for Laura, or dismisses; gives its number if it was the one to decide."""
    try:
        mine = WeightProposal.objects.get(pk=proposal.pk)
        wanted = as_proposed(mine, laura=300 + number)
        ready.wait(20)
        if number % 2:
            deciding.dismiss(proposal=mine, at=AT, by=people.dana)
        else:
            deciding.approve(proposal=mine, weights=wanted, at=AT, by=people.dana)
    except deciding.AlreadyDecided:
        return None
    finally:
        connection.close()
    return number


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_decide_at_once_one_does():
    """Half approve, each with another weight for Laura, half dismiss."""
    people = with_a_past()
    for _ in range(3):
        before, proposal, ready = weights(people), made(people), Barrier(8)
        logged = PeopleChange.objects.filter(kind="membership", rep=people.laura).count()
        with ThreadPoolExecutor(8) as threads:
            decided = threads.map(lambda number, p=proposal, r=ready: at_once(people, p, r, number), range(8))
            (won,) = [number for number in decided if number is not None]
        proposal.refresh_from_db()
        changed = PeopleChange.objects.filter(kind="membership", rep=people.laura).count() - logged
        if won % 2:
            assert (proposal.state, weights(people), changed) == ("dismissed", before, 0)
        else:
            wanted = 300 + won
            state = "approved" if wanted == as_proposed(proposal)[people.laura.pk] else "edited"
            logs = int(wanted != before["laura"])
            assert (proposal.state, weights(people)["laura"], changed) == (state, wanted, logs)
