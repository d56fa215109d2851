"""A lead on offer to one rep, alone: accepted, declined, passed on when time is over, taken back."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.access import visible_to
from routing.deadlines.offers import expire_due, oldest
from routing.explain import explanation
from routing.models import Assignment, Event, Lead, Load, Offer, Posting, Stage, User
from tests.cast import MONDAY_MORNING
from tests.proofs.company import PEOPLE, balances, leads, owners, publish, rep, the_books_agree

OFFERS = (
    PEOPLE
    + "rules: [{name: Offers, to: inside, delivery: offer, offer_minutes: 10, hide_contact: true, sla: golden}]\n"
    "sla: {golden: {clock: always, steps: [{after: 5m, do: breach}]}}\n"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered():
    """One lead, on offer to Laura."""
    publish(OFFERS)
    (made,) = leads(1, email="jane@acme.example", first_name="Jane")
    pipeline.route()
    return Lead.objects.get(pk=made.pk)


def offered_to():
    return list(Offer.objects.order_by("pk").values_list("rep__username", "state"))


def open_leads(username):
    return Load.objects.filter(rep__username=username).values_list("open", "day")


def test_it_is_the_reps_alone_for_the_minutes_that_the_rule_says(offered):
    offer = Offer.objects.get()
    assert (offered.status, offered.owner, offered.offered_to) == ("offered", None, rep("laura"))
    assert offer.expires_at - offer.offered_at == timedelta(minutes=10)
    assert not Assignment.objects.exists()
    (told,) = Event.objects.filter(kind="lead.offered")
    assert (told.rep, told.detail["offer"]) == (rep("laura"), offer.pk)
    assert oldest(now()) is None


def test_accepted_it_is_theirs_and_its_clock_starts(offered):
    lead = assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    line = Assignment.objects.get()
    assert (lead.status, lead.owner, lead.offered_to) == ("assigned", rep("laura"), None)
    assert (line.method, line.offer.state) == ("offer", "accepted")
    assert line.clock.breach_at - line.clock.started_at == timedelta(minutes=5)
    assert balances("inside") == pytest.approx({"laura": -2 / 3, "daniel": 1 / 3, "emma": 1 / 3})
    the_books_agree()


def test_declined_it_goes_to_the_next_and_never_to_them_again_in_this_cycle(offered):
    for name in ("laura", "daniel", "emma"):
        assert Lead.objects.get().offered_to.username == name
        assignment.decline(lead_id=offered.pk, rep=rep(name), reason="not my language", at=now())
        pipeline.route()
    lead = Lead.objects.get()
    assert (lead.status, lead.reason) == ("waiting", "tried")
    assert offered_to() == [("laura", "declined"), ("daniel", "declined"), ("emma", "declined")]
    assert Event.objects.get(kind="lead.offer_declined", rep=rep("emma")).detail["reason"] == "not my language"


def test_when_time_is_over_it_goes_to_the_next(offered):
    at = Offer.objects.get().expires_at
    assert expire_due(at - timedelta(seconds=1)) == 0
    assert expire_due(at) == 1
    assert expire_due(at) == 0
    pipeline.route()
    assert offered_to() == [("laura", "timed_out"), ("daniel", "open")]


@pytest.mark.parametrize("passed_on", ["nobody answers", "declined"])
@pytest.mark.parametrize("urgent", [False, True], ids=["of an import", "live"])
def test_passed_on_it_is_as_urgent_as_it_came(urgent, passed_on):
    publish(OFFERS)
    (older,) = leads(1, urgent=urgent, captured_at=MONDAY_MORNING)
    pipeline.route()
    if passed_on == "declined":
        assignment.decline(lead_id=older.pk, rep=rep("laura"), reason="not mine", at=now())
    else:
        expire_due(Offer.objects.get().expires_at)
    assert Lead.objects.get(pk=older.pk).urgent is urgent
    (live,) = leads(1, captured_at=MONDAY_MORNING + timedelta(hours=1))
    pipeline.route(limit=1)
    assert Lead.objects.get(status="offered").pk == (older if urgent else live).pk


def test_an_acceptance_that_comes_too_late_is_refused_before_any_sweep(offered):
    with pytest.raises(assignment.NotThere, match="time to accept"):
        assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=Offer.objects.get().expires_at)
    assert Lead.objects.get().owner is None


def test_nobody_else_can_accept_or_decline_it(offered):
    for name in ("daniel", "omar"):
        with pytest.raises(assignment.NotThere, match="not on offer to you"):
            assignment.accept(lead_id=offered.pk, rep=rep(name), at=now())
        with pytest.raises(assignment.NotThere, match="not on offer to you"):
            assignment.decline(lead_id=offered.pk, rep=rep(name), reason="mine!", at=now())


def test_an_answer_twice_is_refused_the_second_time(offered):
    assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    with pytest.raises(assignment.NotThere, match="already"):
        assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    with pytest.raises(assignment.AssignmentError):
        assignment.decline(lead_id=offered.pk, rep=rep("laura"), reason="after all", at=now())
    assert Assignment.objects.count() == 1


def test_not_accepted_the_books_are_as_if_it_had_not_been_offered(offered):
    assert list(open_leads("laura")) == [(1, 1), (1, 1)]
    assignment.decline(lead_id=offered.pk, rep=rep("laura"), reason="full", at=now())
    assert balances("inside") == {}
    assert list(open_leads("laura")) == [(0, 0), (0, 0)]
    assert list(Posting.objects.values_list("sign", flat=True)) == [1, -1]


def test_many_at_once_are_not_all_offered_to_the_same_rep():
    publish(OFFERS)
    leads(9)
    pipeline.route()
    assert sorted(name for name, _ in offered_to()) == sorted(["laura", "daniel", "emma"] * 3)


def test_an_open_offer_counts_under_the_cap():
    publish(OFFERS.replace("laura: {name: Laura Ortiz}", "laura: {name: Laura Ortiz, caps: {open: 1}}"))
    leads(6)
    pipeline.route()
    assert [name for name, _ in offered_to()].count("laura") == 1


def test_contact_details_are_hidden_until_it_is_accepted(offered):
    laura = User.objects.create_user("laura-logs-in")
    rep("laura").__class__.objects.filter(username="laura").update(user=laura)
    seen = visible_to(laura).get()
    assert (seen.email, seen.first_name, seen.pk) == ("", "", offered.pk)
    assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    seen = visible_to(User.objects.get(pk=laura.pk)).get()
    assert (seen.email, seen.first_name) == ("jane@acme.example", "Jane")


def test_nobody_else_sees_a_lead_on_offer(offered):
    daniel = User.objects.create_user("daniel-logs-in")
    rep("daniel").__class__.objects.filter(username="daniel").update(user=daniel)
    assert not visible_to(daniel).exists()
    assert not visible_to(AnonymousUser()).exists()


def test_a_manager_may_hand_it_to_somebody_else_meanwhile(offered):
    assignment.hand_over(lead_id=offered.pk, rep=rep("emma"), by=None, at=now())
    assert owners() == ["emma"]
    assert offered_to() == [("laura", "withdrawn")]
    the_books_agree()


def test_routed_again_while_on_offer_it_goes_to_the_next(offered):
    assignment.reroute(lead_id=offered.pk, by=None, at=now())
    pipeline.route()
    assert offered_to() == [("laura", "withdrawn"), ("daniel", "open")]


def test_given_back_for_a_credited_reason_its_posting_is_reversed(offered):
    assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    assignment.give_back(lead_id=offered.pk, rep=rep("laura"), reason="duplicate", at=now())
    assert balances("inside") == {}


def test_a_rep_who_left_cannot_accept(offered):
    laura = rep("laura")
    laura.active = False
    laura.save()
    with pytest.raises(assignment.NotAllowed, match="not active"):
        assignment.accept(lead_id=offered.pk, rep=laura, at=now())


def test_closed_while_on_offer_it_can_be_accepted_by_nobody(offered):
    assignment.move(lead_id=offered.pk, stage=Stage.objects.get(slug="lost"), at=now(), lost_reason="spam")
    assert offered_to() == [("laura", "withdrawn")]
    with pytest.raises(assignment.NotThere, match="closed"):
        assignment.accept(lead_id=offered.pk, rep=rep("laura"), at=now())
    the_books_agree()


def test_one_of_another_team_may_be_handed_what_is_on_offer(offered):
    assignment.hand_over(lead_id=offered.pk, rep=rep("omar"), by=None, at=now())
    assert owners() == ["omar"]
    the_books_agree()


def test_an_offer_is_explained_and_replays(offered):
    told = explanation(offered.pk)
    assert told["decision"]["outcome"] == "offered"
    assert told["decision"]["replays"]
