"""The pages: a manager's, of their own teams; every act answers in words."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reports.models import TeamReportSettings, WeightProposal
from routing.models import Membership, PeopleChange, Rule
from tests.cast import rep
from tests.reports.conftest import logged_in
from tests.reports.rewarding.conftest import AT, owned

PAGE = "/reports/weights/inside/"


@pytest.fixture(autouse=True)
def still(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)


@pytest.fixture
def dana(people):
    return logged_in(people.dana)


@pytest.fixture
def proposal(dana):
    assert dana.post(f"{PAGE}propose/", {"days": 90}).status_code == 302
    return WeightProposal.objects.get()


def fields(page):
    """The names and values of the weights on a page."""
    found = re.findall(r'<input type="number" name="(weight-\d+)" value="(\d+)"', page.content.decode())
    return dict(found)


def weights():
    return dict(Membership.objects.values_list("rep__username", "weight"))


def test_from_the_list_to_new_weights(people, dana):
    assert b"Inside" in dana.get("/reports/weights/").content
    assert b"Propose weights" in dana.get(PAGE).content
    told = dana.post(f"{PAGE}propose/", {"days": 90}, follow=True)
    proposal = WeightProposal.objects.get()
    assert (proposal.made_by, proposal.until) == (people.dana, AT)
    assert b"A proposal waits for you." in dana.get("/reports/weights/").content
    assert "too few leads to say" in told.content.decode()
    told = dana.post(f"{PAGE}{proposal.pk}/approve/", fields(told), follow=True)
    assert b"The new weights of Inside are in force." in told.content
    assert b"What the last weights did" in told.content
    assert weights()["laura"] > 120 > 80 > weights()["daniel"]
    assert PeopleChange.objects.filter(kind="membership", by=people.dana).count() == 3


def test_edited_weights_hold(people, dana, proposal):
    sent = fields(dana.get(PAGE)) | {f"weight-{people.laura.pk}": "105"}
    dana.post(f"{PAGE}{proposal.pk}/approve/", sent)
    proposal.refresh_from_db()
    assert (weights()["laura"], proposal.state) == (105, "edited")


@pytest.mark.parametrize("wrong", ["", "1001", "-1", "1.5", "many"])
def test_a_weight_that_is_none_is_said_beside_its_field_and_nothing_changes(people, dana, proposal, wrong):
    sent = fields(dana.get(PAGE)) | {f"weight-{people.laura.pk}": wrong, f"weight-{people.daniel.pk}": "77"}
    told = dana.post(f"{PAGE}{proposal.pk}/approve/", sent)
    assert told.status_code == 422
    assert b'class="wrong small"' in told.content and b'value="77"' in told.content
    assert set(weights().values()) == {1}


def test_dismissed_it_makes_room_for_the_next(dana, proposal):
    told = dana.post(f"{PAGE}{proposal.pk}/dismiss/", follow=True)
    assert b"Weights stay as they are." in told.content and b"Propose weights" in told.content
    assert set(weights().values()) == {1}


def test_who_is_late_is_told_so(dana, proposal):
    sent = fields(dana.get(PAGE))
    dana.post(f"{PAGE}{proposal.pk}/dismiss/")
    for act in ("approve", "dismiss"):
        assert b"before you" in dana.post(f"{PAGE}{proposal.pk}/{act}/", sent, follow=True).content
    assert b"before you" in dana.post(f"{PAGE}{proposal.pk}/approve/", {}, follow=True).content
    assert set(weights().values()) == {1}


def test_a_stale_proposal_says_so_and_cannot_be_approved(people, dana, proposal):
    sent = fields(dana.get(PAGE))
    Membership.objects.filter(rep=people.emma).update(weight=3)
    told = dana.get(PAGE)
    assert b"can no longer be approved" in told.content and fields(told) == {}
    assert b"Have it proposed anew" in dana.post(f"{PAGE}{proposal.pk}/approve/", sent, follow=True).content
    assert weights()["emma"] == 3


def test_a_period_that_is_none_is_refused(dana):
    assert dana.post(f"{PAGE}propose/", {"days": 7}).status_code == 422
    assert not WeightProposal.objects.exists()


def test_laura_omar_and_the_manager_of_another_team_find_nothing(people, proposal):
    """Hidden means absent: 404, whatever they try."""
    nobody = rep("mara", "Mara").user
    nobody.groups.set(people.dana.groups.all())
    people.outside.managers.add(nobody)
    for user in (people.laura.user, people.omar.user, nobody):
        client = logged_in(user)
        assert client.get(PAGE).status_code == 404
        for act, sent in (
            ("propose/", {"days": 90}),
            ("leaderboard/", {}),
            (f"{proposal.pk}/approve/", {}),
            (f"{proposal.pk}/dismiss/", {}),
        ):
            assert client.post(PAGE + act, sent).status_code == 404
    mara = logged_in(nobody)
    assert b"Inside" not in mara.get("/reports/weights/").content
    assert mara.post(f"/reports/weights/outside/{proposal.pk}/dismiss/").status_code == 404
    proposal.refresh_from_db()
    assert (proposal.state, TeamReportSettings.objects.count()) == ("proposed", 0)


def test_the_leaderboard_is_there_for_reps_until_the_manager_hides_it(people, dana):
    laura = logged_in(people.laura.user)
    board = "/reports/leaderboard/?period=all-time"
    assert b"Daniel Weiss" in laura.get(board).content
    dana.post(f"{PAGE}leaderboard/", {})
    assert laura.get(board).status_code == 404
    assert b"Leaderboard" not in laura.get("/reports/").content
    assert laura.get("/reports/leaderboard.csv").status_code == 404
    assert laura.get("/api/v1/reports/leaderboard/").status_code == 404
    assert b"Daniel Weiss" in dana.get(board).content
    dana.post(f"{PAGE}leaderboard/", {"shown": "on"})
    assert b"Daniel Weiss" in laura.get(board).content


def test_without_a_rule_by_weight_the_page_says_that_weights_change_nothing(people, dana):
    assert b"weights change nothing" in dana.get(PAGE).content
    Rule.objects.create(slug="all", name="All", to_team=people.inside, delivery="assign", order="weighted")
    assert b"weights change nothing" not in dana.get(PAGE).content


def test_its_queries_do_not_grow_with_members(people, dana):
    def asked():
        proposal = WeightProposal.objects.filter(state="proposed").first()
        if proposal:
            dana.post(f"{PAGE}{proposal.pk}/approve/", fields(dana.get(PAGE)))
        dana.post(f"{PAGE}propose/", {"days": 90})
        with CaptureQueriesContext(connection) as caught:
            assert dana.get(PAGE).status_code == 200
        return len(caught)

    asked()
    few = asked()
    for number in range(20):
        one = rep(f"rep{number}", f"Rep {number}")
        Membership.objects.create(team=people.inside, rep=one, position=number + 3)
        owned(one, people.inside, 20, number)
    dana.post(f"{PAGE}propose/", {"days": 90})
    assert asked() == few
