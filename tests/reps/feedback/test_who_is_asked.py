"""After what customers are asked, by whichever way it came about, and who is left in peace."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from reps import work
from reps.feedback import asking
from reps.feedback.people import opt_out, person_of
from reps.models import LOST_REASONS, Delivery, FeedbackPolicy, FeedbackRequest
from reps.notify import dispatch
from routing import assignment, outbox
from routing.models import Event, Lead, Stage
from tests.cast import lead_of
from tests.reps.feedback.conftest import DAY, dispatched, to_customers, won
from tests.reps.notify.conftest import texts


def occasions():
    return list(FeedbackRequest.objects.order_by("pk").values_list("occasion", flat=True))


def meet(lead, at=None):
    work.log(lead_id=lead.pk, kind="meeting", at=at or now(), rep=lead.owner, by=lead.owner.user)


def lose(lead, reason="no need"):
    work.lose(lead_id=lead.pk, at=now(), reason=reason, by=lead.owner.user)


@pytest.mark.parametrize("occasion", ["won", "lost", "meeting"])
@pytest.mark.parametrize("chosen", ["won", "lost", "meeting"])
def test_customers_are_asked_after_what_the_manager_chose_and_after_nothing_else(policy, customer, occasion, chosen):
    FeedbackPolicy.objects.update(**{f"after_{one}": one == chosen for one in ("won", "lost", "meeting")})
    hers = customer()
    {"won": won, "lost": lose, "meeting": meet}[occasion](hers)
    dispatched()
    assert occasions() == ([occasion] if occasion == chosen else [])


def test_the_request_says_whose_work_it_is_about_and_is_due_so_many_hours_later(policy, customer, people):
    FeedbackPolicy.objects.update(hours=24)
    request = won(customer())
    won_at = Lead.objects.get().won_at
    assert (request.rep, request.team, request.occasion) == (people.laura, people.inside, "won")
    assert (request.happened_at, request.due_at, request.state) == (won_at, won_at + DAY, "waiting")
    assert Delivery.objects.get(feedback=request).next_at == request.due_at


def test_whoever_moves_the_stage_by_whatever_way_asks(policy, customer):
    """Not only the button: the one door of stages is what counts."""
    assignment.move(lead_id=customer().pk, stage=Stage.objects.get(kind="won"), at=now())
    dispatched()
    assert occasions() == ["won"]


@pytest.mark.parametrize("which", ["no policy", "switched off", "own team off"])
def test_nobody_is_asked_until_it_is_switched_on(people, customer, which):
    if which != "no policy":
        FeedbackPolicy.objects.create(active=which == "own team off", company="Acme")
    if which == "own team off":
        FeedbackPolicy.objects.create(team=people.inside, active=False, company="Acme")
    assert won(customer()) is None


def test_a_teams_own_policy_goes_before_that_of_all_others(policy, people, customer):
    FeedbackPolicy.objects.create(team=people.inside, active=True, hours=5, company="Acme")
    request = won(customer())
    assert request.due_at == request.happened_at + timedelta(hours=5)


@pytest.mark.parametrize(
    "fields",
    [{"email": ""}, {"email": "see my card"}, {"status": "withdrawn"}],
    ids=["no address", "no address that could be read", "withdrawn"],
)
def test_where_there_is_nobody_to_ask_nobody_is(policy, customer, people, fields):
    hers = customer(**{key: value for key, value in fields.items() if key == "email"})
    work.win(lead_id=hers.pk, at=now())
    if "status" in fields:
        Lead.objects.update(status="withdrawn", owner=None)
    dispatched()
    assert occasions() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"first_touch_at": None}, "no need"), ({}, asking.NEVER_REACHED)],
    ids=["untouched", "reason"],
)
def test_whom_nobody_ever_reached_is_not_asked_how_it_was(policy, customer, fields, reason):
    assert reason in LOST_REASONS
    lose(customer(**fields), reason)
    dispatched()
    assert occasions() == []


def test_a_past_that_was_imported_asks_nobody(policy, customer):
    hers = customer()
    work.win(lead_id=hers.pk, at=now() - 4 * DAY)
    meet(hers, at=now() - 5 * DAY)
    dispatched()
    assert occasions() == []


def test_one_request_for_a_lead_and_occasion(policy, customer):
    FeedbackPolicy.objects.update(not_again_days=0)
    hers = customer()
    won(hers)
    FeedbackRequest.objects.update(state="asked", sent_at=now() - DAY)
    won(hers)
    meet(hers)
    dispatched()
    assert occasions() == ["won", "meeting"]


@pytest.mark.parametrize(("days", "again"), [(29, False), (31, True)])
def test_the_same_person_is_not_asked_again_within_days_about_whatever_lead(policy, customer, people, days, again):
    won(customer())
    FeedbackRequest.objects.update(state="asked", sent_at=now() - days * DAY)
    won(lead_of(people.daniel, team=people.inside, email="PRIYA@northwind.example"))
    assert FeedbackRequest.objects.count() == (2 if again else 1)


def test_of_two_leads_of_one_person_in_one_batch_the_first_counts(policy, customer, people):
    both = [customer(), customer(is_open=False)]
    for one in both:
        outbox.tell("lead.moved", at=now(), lead_id=one.pk, team_id=people.inside.pk, detail={"stage": "won"})
    dispatched()
    assert [one.lead for one in FeedbackRequest.objects.all()] == both[:1]
    with pytest.raises(IntegrityError), transaction.atomic():
        FeedbackRequest.objects.create(
            lead=both[1], occasion="won", happened_at=now(), due_at=now(), person=FeedbackRequest.objects.get().person
        )


def test_who_opted_out_is_not_asked_under_a_key_of_before_either(policy, customer, settings):
    opt_out([person_of("priya@northwind.example")], at=now())
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key, of today"
    assert won(customer()) is None
    settings.SECRET_KEY_FALLBACKS = []
    assert won(customer(is_open=False)) is not None, "a key that is forgotten is forgotten"


def test_asking_costs_the_same_for_2_and_for_20(policy, people):
    def cost(count):
        FeedbackRequest.objects.all().delete()
        leads = [lead_of(people.laura, team=people.inside, email=f"p{n}-{count}@a.example") for n in range(count)]
        outbox.tell_all([("lead.moved", now(), one.pk, people.inside.pk, None, {"stage": "won"}) for one in leads])
        with CaptureQueriesContext(connection) as captured:
            dispatch.dispatch_batch(at=now())
        assert FeedbackRequest.objects.count() == len(to_customers()) == count
        return len(captured)

    assert cost(2) == cost(20)


def test_if_asking_fails_nobodys_news_waits_for_it(policy, customer, people, monkeypatch, caplog):
    def fails(events, *, at):
        raise ZeroDivisionError("no such number")

    monkeypatch.setattr(dispatch, "ask_after", fails)
    hers = customer()
    outbox.tell("lead.assigned", at=now(), lead_id=hers.pk, rep_id=people.laura.pk)
    assert won(hers) is None
    assert texts(people.laura) == ["Priya is yours."]
    assert not Event.objects.filter(dispatched_at=None).exists()
    assert "customers were not asked" in caplog.text
