"""What the last weights did: shares due and got, wins and output, before and since."""

from datetime import timedelta

import pytest

from reports.rewarding import deciding, proposing
from reports.rewarding.aftermath import aftermath
from routing.models import Lead
from tests.reports.rewarding.conftest import AT, SINCE, owned

LATER = AT + timedelta(days=30)


@pytest.fixture
def approved(people):
    proposal = proposing.make(team=people.inside, since=SINCE, until=AT, at=AT, by=people.dana)
    weights = {line.rep_id: {"laura": 200, "daniel": 100}.get(line.rep.username, 100) for line in proposal.lines.all()}
    return deciding.approve(proposal=proposal, weights=weights, at=AT, by=people.dana)


def test_without_an_approved_proposal_there_is_nothing_to_tell(people):
    proposing.make(team=people.inside, since=SINCE, until=AT, at=AT, by=people.dana)
    assert aftermath(people.inside, at=LATER) is None


def test_each_member_before_and_since(people, approved):
    owned(people.laura, people.inside, 60, 15, at=AT + timedelta(days=3))
    owned(people.daniel, people.inside, 40, 4, at=AT + timedelta(days=3))
    owned(people.laura, people.inside, 9, 9, at=LATER)
    told = aftermath(people.inside, at=LATER)
    laura, daniel, emma = told.members
    assert (laura.share_before, laura.share_since) == (pytest.approx(100 / 3), 50)
    assert (laura.got_before, laura.got_since) == (pytest.approx(100 * 200 / 404), 60)
    assert (laura.before.won, laura.since.leads, laura.since.won) == (50, 60, 15)
    assert (daniel.since.leads, daniel.since.won, daniel.got_since) == (40, 4, 40)
    assert laura.since.allowing_for_luck > 1 > daniel.since.allowing_for_luck
    assert (emma.since.leads, emma.since.won, emma.got_since) == (0, 0, 0)
    assert (told.before, told.since, told.proposal) == (404, 100, approved)


def test_before_the_first_lead_there_is_no_share_to_have_got(people, approved):
    assert [one.got_since for one in aftermath(people.inside, at=LATER).members] == [None, None, None]


def test_the_numbers_before_stay_what_they_were(people, approved):
    Lead.objects.filter(owner=people.laura).update(won_at=None)
    assert aftermath(people.inside, at=LATER).members[0].before.won == 50
