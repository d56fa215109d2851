"""Leads that nobody touches, or that were lost for a reason that may pass, begin anew."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reps import planning, recycling, work
from reps.models import RecyclePolicy
from routing import assignment
from routing.models import Assignment, Event, Lead, LeadChange, Load
from routing.pipeline import route_leads
from tests.cast import MONDAY_MORNING, cast, lead, lead_in_pool, lead_of

DAY = timedelta(days=1)
AT = MONDAY_MORNING + 20 * DAY


def policy(**fields):
    given = {"active": True, "untouched_days": 14, "lost_days": 10, "lost_reasons": ["not now", "no budget"]} | fields
    made = RecyclePolicy(**given)
    made.full_clean()
    made.save()
    return made


def hers(people, **fields):
    return lead_of(people.laura, **{"team": people.inside} | fields)


def lost(people, reason="not now", at=MONDAY_MORNING + DAY, **fields):
    found = hers(people, **fields)
    Load.objects.update_or_create(rep=people.laura, team=None, defaults={"open": 1})
    work.lose(lead_id=found.pk, at=at, reason=reason, by=people.laura.user)
    return found


def would(found, at=AT, **kwargs):
    return [(one.lead_id, one.because) for one in recycling.would(found, at=at, limit=100, **kwargs)]


def test_an_untouched_lead_begins_a_new_cycle_and_its_history_stays(people):
    lying = hers(people, first_touch_at=MONDAY_MORNING)
    policy()
    assert recycling.recycle_due(AT) == 1
    anew = Lead.objects.get(pk=lying.pk)
    assert (anew.status, anew.owner, anew.cycle, anew.is_open, anew.due_at) == ("new", None, 2, True, AT)
    assert anew.first_touch_at == MONDAY_MORNING, "the capture was answered then, and reports count that"
    before = Assignment.objects.get(lead=lying)
    assert (before.cycle, before.ended_at, before.ended_because) == (1, AT, "untouched")
    change = LeadChange.objects.get(lead=lying, kind="recycled")
    assert (change.origin, change.detail["owner"]) == ("recycling", people.laura.pk)
    told = Event.objects.get(kind="lead.recycled")
    assert (told.lead_id, told.team_id, told.rep_id) == (lying.pk, people.inside.pk, people.laura.pk)
    assert told.detail == {"because": "untouched", "cycle": 2}


@pytest.mark.parametrize(
    ("sign", "keeps"),
    [
        ("nothing", False),
        ("a call long ago", False),
        ("a call of late", True),
        ("what a system saw of late", False),
        ("a stage of late", True),
        ("a step set of late", True),
        ("a step still to come", True),
        ("a step past long ago", False),
    ],
)
def test_untouched_is_what_nobody_did_anything_with_for_so_many_days(people, sign, keeps):
    found, user = hers(people), people.laura.user
    early, late = MONDAY_MORNING + DAY, MONDAY_MORNING + 10 * DAY
    match sign:
        case "a call long ago" | "a call of late":
            at = late if "late" in sign else early
            work.log(lead_id=found.pk, kind="call", at=at, rep=people.laura, by=user)
        case "what a system saw of late":
            work.log(lead_id=found.pk, kind="email", direction="in", at=late, self_reported=False)
        case "a stage of late":
            assignment.move(lead_id=found.pk, stage=work.first_stage("meeting"), at=late, by=user)
        case "a step set of late":
            planning.plan_next(lead_id=found.pk, at=late, due_at=late + DAY, what="", by=user)
        case "a step still to come" | "a step past long ago":
            due_at = AT + DAY if "come" in sign else early + DAY
            planning.plan_next(lead_id=found.pk, at=early, due_at=due_at, what="", by=user)
    assert would(policy()) == ([] if keeps else [(found.pk, "untouched")])


def test_a_lost_lead_opens_again_at_the_first_stage_once_its_time_has_come(people):
    found = lost(people, first_name="Priya")
    policy()
    assert recycling.recycle_due(MONDAY_MORNING + 10 * DAY) == 0
    assert recycling.recycle_due(MONDAY_MORNING + 11 * DAY) == 1
    anew = Lead.objects.get(pk=found.pk)
    assert (anew.stage.kind, anew.is_open, anew.lost_at, anew.lost_reason, anew.owner) == ("new", True, None, "", None)
    change = LeadChange.objects.get(lead=found, kind="recycled")
    assert (change.detail["lost_reason"], change.detail["because"]) == ("not now", "lost")


def test_a_closed_lead_frees_no_second_place(people):
    hers(people)
    lost(people)
    Load.objects.filter(rep=people.laura, team=None).update(open=1)  # the one that is still open
    policy(untouched_days=None)
    assert recycling.recycle_due(AT) == 1
    assert Load.objects.get(rep=people.laura, team=None).open == 1


def test_what_is_won_or_lost_for_another_reason_or_lost_of_late_stays(people):
    lost(people, reason="chose somebody else")
    lost(people, at=AT - 9 * DAY)
    won = hers(people)
    work.win(lead_id=won.pk, at=MONDAY_MORNING + DAY, by=people.laura.user)
    assert would(policy()) == []
    with pytest.raises(assignment.NotThere, match="won"):
        assignment.recycle(lead_id=won.pk, at=AT, because="lost")


@pytest.mark.parametrize("same", [{"email": "p@clinic.example"}, {"phone": "+15125550142"}], ids=["e-mail", "phone"])
def test_a_person_with_another_open_lead_is_left_alone(people, same):
    found = lost(people, **same)
    lead(**same)
    assert would(policy()) == []
    with pytest.raises(assignment.NotThere, match="another open lead"):
        assignment.recycle(lead_id=found.pk, at=AT, because="lost")
    assert not Lead.objects.get(pk=found.pk).is_open


def test_what_nobody_has_is_not_recycled(people):
    lying = lead_in_pool(people.inside)
    assert would(policy()) == []
    with pytest.raises(assignment.NotThere):
        assignment.recycle(lead_id=lying.pk, at=AT, because="untouched")


def test_a_teams_own_policy_goes_before_that_of_all_others(people):
    inside, outside, nobodys = hers(people), lead_of(people.omar, team=people.outside), hers(people, team=None)
    own = policy(team=people.inside, active=False)
    rest = policy()
    assert would(own) == [(inside.pk, "untouched")]
    assert would(rest) == [(outside.pk, "untouched"), (nobodys.pk, "untouched")]
    assert recycling.recycle_due(AT) == 2
    assert Lead.objects.get(pk=inside.pk).owner == people.laura


def test_off_it_does_nothing_and_shows_what_it_would(people):
    found = hers(people)
    off = policy(active=False)
    assert recycling.to_look_since(AT) is None
    assert recycling.recycle_due(AT) == 0
    assert would(off) == [(found.pk, "untouched")]
    assert recycling.how_many(off, at=AT) == 1


def test_the_brake_lets_so_many_go_an_hour(people):
    for _ in range(5):
        hers(people)
    policy(at_most=2)
    hour = timedelta(hours=1)
    assert recycling.to_look_since(AT) == AT
    assert [recycling.recycle_due(AT + late * hour) for late in (0, 0.5, 1, 2, 3)] == [2, 0, 2, 1, 0]
    assert recycling.to_look_since(AT + 3 * hour) is None
    assert recycling.to_look_since(AT + 5 * hour) == AT + 4 * hour


def test_after_so_many_cycles_it_is_let_be(people):
    found = hers(people)
    once = policy(most_cycles=2)
    recycling.recycle_due(AT)
    assignment.hand_over(lead_id=found.pk, rep=people.daniel, by=people.dana, at=AT)
    assert would(once, at=AT + 30 * DAY) == []
    once.most_cycles = 3
    assert would(once, at=AT + 30 * DAY) == [(found.pk, "untouched")]


def test_one_that_fails_holds_up_none_of_the_others(people, monkeypatch):
    first, second = hers(people), hers(people, assigned_at=MONDAY_MORNING + timedelta(hours=1))
    policy()
    door = assignment.recycle

    def sticks(**lead):
        if lead["lead_id"] == first.pk:
            raise ZeroDivisionError
        return door(**lead)

    monkeypatch.setattr(assignment, "recycle", sticks)
    assert recycling.recycle_due(AT) == 1
    assert Lead.objects.get(pk=second.pk).cycle == 2


def test_whoever_let_it_lie_is_passed_over_by_rules_and_by_returning(plan, people):
    keys = {"email": "p@clinic.example", "company": "Clinic"}
    other = hers(people, email="q@clinic.example", company="Clinic", first_touch_at=AT)
    found = hers(people, **keys)
    work.log(lead_id=other.pk, kind="call", at=AT, rep=people.laura, by=people.laura.user)
    policy()
    assert recycling.recycle_due(AT) == 1
    route_leads([found.pk])
    got = Lead.objects.get(pk=found.pk)
    assert got.owner in (people.daniel, people.emma)
    assert (got.cycle, got.assignments.count()) == (2, 2)


def test_where_nobody_else_can_it_waits_a_day_and_then_goes_back(plan, people):
    found = hers(people)
    assignment.recycle(lead_id=found.pk, at=AT, because="untouched")
    for away in (people.daniel, people.emma):
        away.accepting = False
        away.save()
    route_leads([found.pk])
    assert Lead.objects.get(pk=found.pk).status == "waiting"
    Lead.objects.filter(pk=found.pk).update(waiting_since=MONDAY_MORNING - 2 * DAY)
    route_leads([found.pk])
    assert Lead.objects.get(pk=found.pk).owner == people.laura


def test_a_recycled_lead_starts_no_clock_and_is_to_be_answered(plan, people, desk_of):
    found = hers(people, first_touch_at=MONDAY_MORNING, first_name="Priya")
    assignment.recycle(lead_id=found.pk, at=AT, because="untouched")
    route_leads([found.pk])
    got = Lead.objects.get(pk=found.pk)
    page = desk_of(got.owner).get("/").content.decode()
    assert "Respond first" in page
    assert "no hurry" in page
    assert "In hand" not in page
    work.log(lead_id=got.pk, kind="call", at=got.assigned_at, rep=got.owner, by=got.owner.user)
    assert "In hand" in desk_of(got.owner).get("/").content.decode()
    timeline = desk_of(got.owner).get(reverse("lead", args=[got.pk])).content.decode()
    assert "Recycled: nobody had touched it for long" in timeline


@pytest.mark.parametrize(
    "wrong",
    [{"untouched_days": None, "lost_days": None}, {"lost_reasons": []}, {"lost_reasons": ["bad mood"]}],
    ids=["nothing", "no reason", "unknown reason"],
)
def test_a_policy_that_says_nothing_is_refused(db, wrong):
    with pytest.raises(ValidationError):
        policy(**wrong)


def test_there_is_one_policy_for_the_rest(db):
    policy()
    with pytest.raises(ValidationError, match="already"):
        policy()


def test_a_look_costs_the_same_at_2_and_at_20_leads(people):
    found = policy()

    def cost(leads):
        for _ in range(leads):
            hers(people)
            lost(people)
        with CaptureQueriesContext(connections["default"]) as captured:
            would(found)
        return len(captured)

    assert cost(2) == cost(18) == 2


@pytest.mark.django_db(transaction=True)
def test_of_many_sweepers_at_once_each_lead_is_recycled_by_one():
    people = cast()
    leads = [hers(people).pk for _ in range(12)]
    closed = [lost(people).pk for _ in range(4)]
    policy()
    start = threading.Barrier(6)

    def sweep(place):
        try:
            start.wait()
            # Some believe it to be an hour later already: their look is due too.
            recycling.recycle_due(AT + timedelta(hours=place % 3))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Event.objects.filter(kind="lead.recycled").values_list("lead_id", flat=True)) == leads + closed
    assert set(Lead.objects.values_list("cycle", flat=True)) == {2}
    assert not Assignment.objects.filter(ended_at=None).exists()
