"""Events become what people are told: the right people, once, and nothing that is no news."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reps.models import Delivery, Notification
from reps.notify import dispatch
from reps.notify.kinds import KINDS
from routing import assignment, outbox
from routing.models import Event, Rep, User
from tests.cast import lead, lead_in_pool, lead_of, person
from tests.reps.notify.conftest import MINUTE, mails_to, texts


def test_a_new_lead_is_told_to_whose_it_is_and_to_nobody_else(people, told):
    hers = lead_of(people.laura, first_name="Priya", last_name="Shah", team=people.inside)
    told("lead.assigned", lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    assert texts(people.laura) == ["Priya Shah is yours."]
    assert Notification.objects.count() == 1
    assert [delivery.channel for delivery in mails_to(people.laura)] == ["email"]


@pytest.mark.parametrize("method", ["claim", "pick", "blind", "offer"])
def test_who_took_a_lead_need_not_be_told_of_it(people, told, method):
    hers = lead_of(people.laura)
    told("lead.assigned", lead_id=hers.pk, rep_id=people.laura.pk, detail={"method": method})
    assert texts(people.laura) == []


def test_a_lead_on_the_claim_board_is_told_to_everybody_in_the_team(people, told):
    lying = lead_in_pool(people.inside, first_name="Priya")
    told("lead.pooled", lead_id=lying.pk, team_id=people.inside.pk)
    expected = ["Priya is up for grabs in Inside: the first to take it has it."]
    assert texts(people.laura) == texts(people.daniel) == texts(people.emma) == expected
    assert texts(people.omar) == texts(people.dana) == []


def test_a_claim_that_was_quicker_than_the_news_makes_it_none(people, told):
    lying = lead_in_pool(people.inside)
    assignment.claim(lead_id=lying.pk, rep=people.laura, at=lying.pooled_at)
    told("lead.pooled", lead_id=lying.pk, team_id=people.inside.pk)
    assert Notification.objects.count() == 0
    assert not Event.objects.filter(dispatched_at=None).exists()


@pytest.mark.parametrize(
    ("kind", "whom"),
    [
        ("lead.given_back", ["dana"]),
        ("lead.waiting", ["dana"]),
        ("lead.repeated", ["laura"]),
        ("lead.taken_away", ["laura"]),
        ("sla.remind", ["laura"]),
        ("sla.breach", ["dana", "laura"]),
        ("sla.escalate", ["dana"]),
        ("sla.reassign", ["dana"]),
        ("sla.release", ["dana"]),
        ("next_step.due", ["laura"]),
        ("next_step.overdue", ["dana"]),
        ("alert.nobody_on_shift", ["dana"]),
        ("lead.moved", []),
        ("lead.disqualified", []),
        ("something.new", []),
    ],
)
def test_each_kind_concerns_whom_the_table_says(people, told, kind, whom):
    hers = lead_of(people.laura, team=people.inside)
    told(kind, lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    assert sorted(Notification.objects.values_list("user__username", flat=True)) == whom
    assert not Event.objects.filter(dispatched_at=None).exists()


def test_a_reminder_of_a_lead_that_is_nobodys_is_told_to_the_team(people, told):
    lying = lead_in_pool(people.inside)
    told("sla.remind", lead_id=lying.pk, team_id=people.inside.pk)
    assert [len(texts(rep)) for rep in (people.laura, people.daniel, people.emma, people.omar)] == [1, 1, 1, 0]


def test_without_a_team_the_managers_of_the_reps_teams_are_told(people, told):
    hers = lead_of(people.laura)
    told("sla.escalate", lead_id=hers.pk, rep_id=people.laura.pk)
    assert texts(people.dana) == ["A lead from Web still waits for an answer by Laura Ortiz."]
    assert Notification.objects.count() == 1


def test_what_is_no_teams_is_told_to_who_sees_everything(people, told):
    root = person("root", is_superuser=True)
    told("alert.no_plan", detail={"text": "Nothing is routed: there is no plan."})
    assert texts(root) == ["Nothing is routed: there is no plan."]
    assert Notification.objects.count() == 1


def test_a_managers_rep_and_member_is_told_once(people, told):
    people.inside.managers.add(people.laura.user)
    hers = lead_of(people.laura, team=people.inside)
    told("sla.breach", lead_id=hers.pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    assert len(texts(people.laura)) == 1


def test_who_left_is_told_nothing(people, told):
    Rep.objects.filter(pk=people.laura.pk).update(active=False)
    User.objects.filter(pk=people.daniel.user.pk).update(is_active=False)
    told("lead.pooled", lead_id=lead_in_pool(people.inside).pk, team_id=people.inside.pk)
    assert [len(texts(rep)) for rep in (people.laura, people.daniel, people.emma)] == [0, 0, 1]


def test_an_import_tells_a_rep_once_however_many_batches_it_takes(people, at):
    for batch in range(4):
        moment = at + batch * MINUTE
        leads = [lead_of(people.laura, team=people.inside) for _ in range(25)]
        outbox.tell_all(
            [("lead.assigned", moment, one.pk, people.inside.pk, people.laura.pk, {"imported": True}) for one in leads]
        )
        dispatch.dispatch(moment)
    assert texts(people.laura) == ["100 leads of an import are yours."]
    (mail,) = mails_to(people.laura)
    assert mail.next_at >= at + 3 * MINUTE, "it waits until nothing more comes"


def test_what_comes_later_is_gathered_anew(people, at, told):
    for later in (0, 1, 30):
        moment = at + later * MINUTE
        told(
            "lead.assigned",
            at=moment,
            lead_id=lead_of(people.laura, first_name="Priya").pk,
            rep_id=people.laura.pk,
            detail={"imported": True},
        )
    assert texts(people.laura) == ["2 leads of an import are yours.", "Priya is yours."]


def test_more_of_the_same_makes_it_unread_again(people, at, told):
    hers = lead_of(people.laura)
    told("lead.assigned", lead_id=hers.pk, rep_id=people.laura.pk, detail={"imported": True})
    Notification.objects.update(read_at=at)
    told("lead.assigned", lead_id=hers.pk, rep_id=people.laura.pk, detail={"imported": True})
    assert Notification.objects.get().read_at is None


def test_old_news_is_told_to_nobody(people, at, told, settings):
    hers = lead_of(people.laura)
    told(
        "lead.assigned",
        at=at - timedelta(days=settings.OLD_NEWS_DAYS, seconds=1),
        lead_id=hers.pk,
        rep_id=people.laura.pk,
    )
    assert not Event.objects.filter(dispatched_at=None).exists()
    dispatch.dispatch(at)
    assert Notification.objects.count() == 0
    told("lead.assigned", at=at - timedelta(hours=2), lead_id=hers.pk, rep_id=people.laura.pk)
    assert Notification.objects.count() == 1


def test_an_offer_that_ran_out_is_no_news(people, at, told):
    hers = lead(team=people.inside)
    for minutes in (-1, 5):
        until = (at + minutes * MINUTE).isoformat()
        told("lead.offered", lead_id=hers.pk, rep_id=people.laura.pk, detail={"offer": 1, "expires_at": until})
    assert Notification.objects.count() == 1


def test_dispatching_again_tells_nobody_twice(people, at, told):
    told("lead.assigned", lead_id=lead_of(people.laura).pk, rep_id=people.laura.pk)
    Event.objects.update(dispatched_at=None)  # as if the mark were lost: the database refuses a second
    dispatch.dispatch(at)
    assert Notification.objects.count() == Delivery.objects.count() == 1


def test_what_somebody_wrote_into_the_detail_stops_nothing(people, told):
    for detail in ([1, 2], "words", 7, {"expires_at": "soon"}, {"expires_at": 7}, {"reason": {"a": 1}}, {"text": 5}):
        Event.objects.create(kind="lead.given_back", team=people.inside, rep=people.laura, detail=detail)
        told("alert.odd", team_id=people.inside.pk, detail=detail if isinstance(detail, dict) else {})
    assert len(texts(people.dana)) == 14


def test_the_cost_of_a_batch_does_not_grow_with_it(people, at):
    def cost(count):
        leads = [lead_of(people.laura, team=people.inside) for _ in range(count)]
        outbox.tell_all(
            [("lead.assigned", at, one.pk, people.inside.pk, people.laura.pk, {}) for one in leads]
            + [("lead.waiting", at, one.pk, people.inside.pk, None, {}) for one in leads]
        )
        with CaptureQueriesContext(connection) as captured:
            dispatch.dispatch_batch(at=at)
        assert not Event.objects.filter(dispatched_at=None).exists()
        return len(captured)

    assert cost(2) == cost(20) <= 20


def test_a_team_with_a_channel_is_told_there_without_names(people, told):
    people.inside.channel_url = "https://hooks.example.com/x"
    people.inside.save()
    lying = lead_in_pool(people.inside, first_name="Zephyrine", company="Quirkwood")
    told("lead.pooled", lead_id=lying.pk, team_id=people.inside.pk)
    told("lead.assigned", lead_id=lead_of(people.laura).pk, team_id=people.inside.pk, rep_id=people.laura.pk)
    assert texts(people.inside) == ["A lead from Web is up for grabs in Inside: the first to take it has it."]
    assert Delivery.objects.filter(channel="webhook").count() == 1


def test_every_kind_reads_well_with_nothing_known(people):
    for kind in KINDS.values():
        for template in (kind.text, kind.many, kind.channel):
            words = dict.fromkeys(
                ["lead", "team", "by", "until", "reason", "count", "leads", "text", "figures", "rating", "about"], "X"
            )
            assert "{" not in template.format_map(words)
