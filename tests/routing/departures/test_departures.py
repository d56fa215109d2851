"""A rep is deactivated: their open leads go where the manager says, nothing is lost and nothing done twice."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils.timezone import now

from routing import departures, pipeline, roster
from routing.departures import deactivate, move_due
from routing.models import Assignment, DepartingLead, Departure, Lead, Offer, PeopleChange, Rep, Session, TimeOff
from routing.people_changes import set_active
from routing.people_revision import people_changed
from tests.cast import lead_of, person
from tests.proofs.company import PEOPLE, leads, owners, publish, rep, team, the_books_agree


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """People of its own for every test, and as much time as it needs."""
    roster.forget()
    monkeypatch.setattr(departures, "BUDGET", timedelta(minutes=5))


@pytest.fixture
def lauras(db):
    """Gives Laura so many open leads, of Inside."""
    publish()

    def given(count: int) -> list[Lead]:
        Rep.objects.exclude(username="laura").update(active=False)
        people_changed()
        made = leads(count)
        pipeline.route()
        Rep.objects.update(active=True)
        people_changed()
        assert owners() == ["laura"] * count
        return made

    return given


def leave(**more):
    (departure,) = deactivate([rep("laura")], at=now(), by=None, **more)
    return departure


def finished(departure):
    """The departure once nobody can bring leads any more."""
    Departure.objects.update(begun_at=now() - timedelta(minutes=1))
    move_due(now())
    departure.refresh_from_db()
    assert departure.finished_at is not None
    return departure


def test_leads_are_routed_again_and_never_come_back(lauras):
    lauras(4)
    departure = leave(what="reroute")
    assert departure.leads == 4
    assert move_due(now()) == 4
    pipeline.route()
    assert set(owners()) == {"daniel", "emma"}
    assert set(Assignment.objects.filter(rep=rep("laura")).values_list("ended_because", flat=True)) == {"owner_left"}
    assert finished(departure).taken == 4
    the_books_agree()


def test_leads_are_given_to_one_rep(lauras):
    lauras(3)
    departure = leave(what="give", to_rep=rep("omar"))
    move_due(now())
    assert owners() == ["omar"] * 3
    assert set(departure.moved.values_list("done", "to__username", "words")) == {
        (True, "omar", "Omar Haddad has it now.")
    }
    the_books_agree()


def test_leads_are_spread_over_the_team_in_turn(lauras):
    lauras(5)
    leave(what="spread", to_team=team("inside"))
    move_due(now())
    assert owners() == ["daniel", "emma", "daniel", "emma", "daniel"]
    the_books_agree()


def test_whoever_is_away_gets_none_unless_all_are(lauras):
    lauras(4)
    today = now().date()
    span = {"starts_local": f"{today}T00:00:00", "ends_local": f"{today + timedelta(days=2)}T00:00:00"}
    TimeOff.objects.create(rep=rep("daniel"), **span)
    leave(what="spread", to_team=team("inside"))
    move_due(now())
    assert owners() == ["emma"] * 4


def test_a_cap_refuses_and_the_lead_stays_where_it_was_and_is_reported(lauras):
    lauras(4)
    Rep.objects.filter(username="emma").update(cap_open=1)
    Rep.objects.filter(username="daniel").update(cap_open=2)
    people_changed()
    departure = leave(what="spread", to_team=team("inside"))
    move_due(now())
    assert sorted(map(str, owners())) == ["daniel", "daniel", "emma", "laura"]
    refused = departure.moved.get(done=False)
    assert "has reached a cap" in refused.words
    assert finished(departure).finished_at is not None
    assert departure.moved.count() == 4, "what was refused is not tried again and again"
    the_books_agree()


def test_a_reason_passes_over_caps(lauras):
    lauras(2)
    Rep.objects.filter(username="emma").update(cap_open=1)
    people_changed()
    leave(what="give", to_rep=rep("emma"), override="Laura left")
    move_due(now())
    assert owners() == ["emma"] * 2


def test_leads_that_are_kept_stay(lauras):
    lauras(2)
    departure = leave(what="keep")
    assert move_due(now()) == 0
    assert owners() == ["laura"] * 2
    assert finished(departure).taken == 0


OFFERED = PEOPLE + "rules: [{name: Offered, to: inside, delivery: offer, offer_minutes: 5, order: priority}]\n"


@pytest.mark.parametrize("what", ["keep", "reroute"])
def test_what_is_on_offer_to_them_goes_on_to_others(db, what):
    publish(OFFERED)
    leads(2)
    pipeline.route()
    assert set(Lead.objects.values_list("status", "offered_to__username")) == {("offered", "laura")}
    departure = leave(what=what)
    assert move_due(now()) == 2
    assert set(Offer.objects.values_list("state", "reason")) == {("withdrawn", "owner_left")}
    pipeline.route()
    assert set(Lead.objects.values_list("status", "offered_to__username")) == {("offered", "daniel")}
    assert finished(departure).moved.count() == 0


def test_what_is_closed_stays_in_their_name(lauras):
    first, _ = lauras(2)
    Lead.objects.filter(pk=first.pk).update(is_open=False)
    leave(what="give", to_rep=rep("omar"))
    move_due(now())
    assert owners() == ["laura", "omar"]


def test_a_lead_that_came_a_moment_too_late_goes_the_same_way(lauras):
    (late,) = lauras(1)
    departure = leave(what="give", to_rep=rep("omar"))
    move_due(now())
    departure.refresh_from_db()
    assert departure.finished_at is None, "a batch that was under way may still bring one"
    DepartingLead.objects.all().delete()
    Assignment.objects.filter(lead=late, ended_at=None).update(rep=rep("laura"))
    Lead.objects.filter(pk=late.pk).update(owner=rep("laura"))
    assert move_due(now()) == 1
    assert owners() == ["omar"]


def test_whoever_comes_back_keeps_what_was_not_moved_yet(lauras):
    lauras(3)
    departure = leave(what="give", to_rep=rep("omar"))
    set_active([rep("laura")], True, at=now())
    assert move_due(now()) == 0
    departure.refresh_from_db()
    assert departure.came_back
    assert owners() == ["laura"] * 3


def test_coming_back_resets_nothing(lauras):
    lauras(3)
    from_before = Rep.objects.filter(username="laura").values().get()
    place = rep("laura").memberships.values().get()
    leave(what="keep")
    set_active([rep("laura")], True, at=now())
    assert Rep.objects.filter(username="laura").values().get() == from_before
    assert rep("laura").memberships.values().get() == place
    assert [(one.before, one.after) for one in PeopleChange.objects.filter(kind="active").order_by("pk")][-2:] == [
        (True, False),
        (False, True),
    ]
    the_books_agree()


def test_they_are_logged_out_if_so_wished(db):
    publish()
    for name in ("laura", "daniel"):
        Rep.objects.filter(username=name).update(user=person(name))
        Client().force_login(rep(name).user)
    deactivate([rep("daniel")], what="keep", at=now(), by=None)
    assert Session.objects.filter(user__username="daniel").exists()
    leave(what="keep", end_sessions=True)
    assert not Session.objects.filter(user__username="laura").exists()
    assert Session.objects.filter(user__username="daniel").exists()


@pytest.mark.parametrize(
    "wrong",
    [{"what": "give"}, {"what": "give", "to_rep": "laura"}, {"what": "spread"}],
    ids=["whom", "herself", "whose"],
)
def test_it_has_to_be_said_to_whom(db, wrong):
    publish()
    if wrong.get("to_rep"):
        wrong = {**wrong, "to_rep": rep("laura")}
    with pytest.raises(ValueError, match=r"active|team"):
        leave(**wrong)
    assert rep("laura").active


def test_a_worker_that_dies_has_done_whole_leads_only(lauras, monkeypatch):
    lauras(25)
    departure = leave(what="spread", to_team=team("inside"))
    real, count = departures._move, 0

    def dies(*args):
        nonlocal count
        count += 1
        real(*args)
        if count == 17:
            raise KeyboardInterrupt

    monkeypatch.setattr(departures, "_move", dies)
    with pytest.raises(KeyboardInterrupt):
        move_due(now())
    assert departure.moved.count() == 16
    assert owners().count("laura") == 9
    monkeypatch.setattr(departures, "_move", real)
    assert move_due(now()) == 9
    assert owners() == ["daniel", "emma"] * 12 + ["daniel"]
    assert departure.moved.count() == 25
    assert Assignment.objects.filter(method="manual").count() == 25
    the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_several_workers_at_once_move_each_lead_once():
    publish()
    for _ in range(40):
        lead_of(rep("laura"), team=team("inside"))
    departure = leave(what="spread", to_team=team("inside"))
    errors: list[BaseException] = []

    def work() -> None:
        try:
            move_due(now())
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    move_due(now())
    assert errors == []
    assert departure.moved.filter(done=True).count() == 40
    assert Assignment.objects.filter(method="manual").count() == 40
    assert owners().count("daniel") == owners().count("emma") == 20, connection.vendor
