"""An import is taken back while nobody has worked on it: books put right, history kept, the same file welcome again."""

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from reps.models import Activity, NextStep
from routing import assignment, explain, imports, pipeline
from routing.imports import undoing
from routing.intake import capture as captures
from routing.intake.leads import understand
from routing.models import Assignment, Capture, Event, Lead, LeadChange, Load, Offer, Posting, Stage, User
from tests.cast import lead_of, source
from tests.proofs.company import balances, leads, publish, rep, the_books_agree

from .test_coming_in import Killed, dies_at
from .uploads import come_due, counts, fresh, imported, many, undone, worked

pytestmark = pytest.mark.django_db

FAIR = """
plan: 1
name: Acme
reps: {laura: {name: L, caps: {day: 20}}, daniel: {name: D}, emma: {name: E}}
teams: {inside: {name: Inside, members: {laura: {caps: {week: 9}}, daniel: {}, emma: {}}}}
rules:
  - {name: Sharks, when: {all: [{field: product, op: is, value: claim}]}, to: inside, delivery: claim}
  - {name: All, to: inside}
"""


def load_of(name: str) -> tuple[int, int, int, int, int]:
    load = Load.objects.get(rep__username=name, team=None)
    return load.open, load.hour, load.day, load.week, load.month


def test_its_leads_are_withdrawn_and_everybodys_books_are_as_if_they_had_never_come():
    publish(FAIR)
    leads(4)
    pipeline.route()
    before = balances("inside"), load_of("laura"), load_of("daniel")
    run = imported(many(7))
    assert (balances("inside"), load_of("laura"), load_of("daniel")) != before
    run = undone(run)
    assert (run.state, run.withdrawn) == ("undone", 7)
    assert (balances("inside"), load_of("laura"), load_of("daniel")) == before
    the_books_agree()
    gone = Lead.objects.filter(status="withdrawn")
    assert set(gone.values_list("owner", "is_open", "due_at")) == {(None, False, None)}
    assert gone.count() == 7
    assert Lead.objects.filter(status="assigned").count() == 4


def test_what_happened_can_still_be_read_and_other_decisions_replay():
    publish(FAIR)
    run = imported(many(3))
    undone(run)
    later = leads(2)
    pipeline.route()
    one = Lead.objects.filter(status="withdrawn").order_by("pk")[1]
    told = explain.explanation(one.pk)
    assert told["decision"]["replays"]
    assert explain.explanation(later[0].pk)["decision"]["replays"]
    ended = Assignment.objects.get(lead=one)
    assert (ended.ended_because, ended.ended_at is not None) == ("withdrawn", True)
    change = LeadChange.objects.get(lead=one)
    assert (change.kind, change.by, change.detail) == ("withdrawn_with_its_import", run.by, {"import": run.pk})


def test_the_same_file_can_be_imported_again_ids_and_all():
    publish(FAIR)
    text = "External id,First name,Company\n4711,Jane,Clinic\n4712,June,Bakery\n"
    undone(imported(text))
    again = imported(text)
    assert counts(again) == (2, 2, 0, 0)
    third = imported(text)
    assert counts(third) == (2, 0, 2, 0), "and it is known again from then on"
    the_books_agree()


def test_each_rep_is_told_once():
    publish(FAIR)
    undone(imported(many(6)))
    told = Event.objects.filter(kind="leads.withdrawn").order_by("rep__username")
    assert [(event.rep.username, event.detail["leads"]) for event in told] == [("daniel", 2), ("emma", 2), ("laura", 2)]


def test_whoever_waits_for_room_is_looked_at_again():
    publish(FAIR.replace("caps: {day: 20}", "caps: {open: 1}").replace("daniel: {}, emma: {}", ""))
    run = imported(many(1))
    (waiting,) = leads(1)
    pipeline.route()
    waiting.refresh_from_db()
    assert waiting.status == "waiting"
    undone(run)
    waiting.refresh_from_db()
    assert waiting.owner == rep("laura")


def person() -> User:
    return User.objects.get(username="dana")


def logs_a_note(lead: Lead) -> None:
    Activity.objects.create(lead=lead, kind="note", direction="", body="x", at=now(), rep=lead.owner)


def plans_a_step(lead: Lead) -> None:
    NextStep.objects.create(lead=lead, assignment=lead.assignments.get(), at=now(), by=person())


def moves_it(lead: Lead) -> None:
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="contacted"), at=now())


def moves_it_there_and_back(lead: Lead) -> None:
    moves_it(lead)
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="new"), at=now())


def wins_it(lead: Lead) -> None:
    assignment.move(lead_id=lead.pk, stage=Stage.objects.get(slug="won"), at=now())


def hands_it_on(lead: Lead) -> None:
    to = rep("daniel" if lead.owner.username != "daniel" else "emma")
    assignment.hand_over(lead_id=lead.pk, rep=to, by=person(), at=now())


def gives_it_back(lead: Lead) -> None:
    assignment.give_back(lead_id=lead.pk, rep=lead.owner, reason="other", at=now())


def reroutes_it(lead: Lead) -> None:
    assignment.reroute(lead_id=lead.pk, by=person(), at=now())


def touches_it(lead: Lead) -> None:
    assignment.touch(lead_id=lead.pk, at=now())


def comes_again(lead: Lead) -> None:
    body = json.dumps({"email": lead.email}).encode()
    understand([captures.store(source=source("web"), body=body, content_type="application/json", at=now())], at=now())


def comes_in_another_file(lead: Lead) -> None:
    imported(f"Email,Firm\n{lead.email},X\n", name="other.csv")


WORK = {
    logs_a_note: "worked on with a call, a mail, a meeting or a note",
    plans_a_step: "given a next step",
    moves_it: "moved to another stage",
    moves_it_there_and_back: "moved to another stage",
    wins_it: "won or lost",
    hands_it_on: "claimed, picked, pulled, accepted or handed out by a person",
    gives_it_back: "given back by a rep",
    reroutes_it: "changed or called by a person",
    touches_it: "answered, or on the way to a deal",
    comes_again: "seen again since",
    comes_in_another_file: "seen again since",
}


@pytest.mark.parametrize("work", WORK, ids=[work.__name__ for work in WORK])
def test_it_cannot_be_undone_once_somebody_has_worked_on_a_lead(work):
    publish(FAIR)
    run = imported(many(3))
    work(Lead.objects.order_by("pk")[1])
    with pytest.raises(imports.NotNow) as refusal:
        imports.undo(run=fresh(run), by=run.by, at=now())
    assert f"1 lead was {WORK[work]}" in str(refusal.value)
    assert fresh(run).state == "finished"


def test_a_claim_is_work():
    publish(FAIR)
    run = imported("Email,Product\na@one.example.com,claim\n")
    assert imports.requests.why_not_undone(run) == []
    assignment.claim(lead_id=Lead.objects.get().pk, rep=rep("laura"), at=now())
    assert "claimed" in imports.requests.why_not_undone(run)[0]


def test_an_offer_is_no_work_until_it_is_answered():
    publish(FAIR.replace("to: inside}", "to: inside, delivery: offer}"))
    run = imported(many(2))
    first, second = Lead.objects.order_by("pk")
    assert imports.requests.why_not_undone(run) == []
    assignment.accept(lead_id=first.pk, rep=first.offered_to, at=now())
    assert "accepted" in imports.requests.why_not_undone(run)[0]
    assignment.decline(lead_id=second.pk, rep=second.offered_to, reason="no time", at=now())
    assert "declined" in imports.requests.why_not_undone(run)[1]


def test_what_is_on_offer_is_taken_back_with_its_import():
    publish(FAIR.replace("to: inside}", "to: inside, delivery: offer}"))
    run = imported(many(3))
    assert undone(run).withdrawn == 3
    assert set(Offer.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not Lead.objects.exclude(offered_to=None).exists()
    the_books_agree()


def test_a_file_that_came_twice_is_undone_from_its_end():
    publish(FAIR)
    first, second = imported(many(3)), imported(many(3), name="again.csv")
    with pytest.raises(imports.NotNow, match="in another file"):
        imports.undo(run=first, by=first.by, at=now())
    assert undone(second).withdrawn == 0
    assert undone(first).withdrawn == 3
    assert counts(imported(many(3))) == (3, 3, 0, 0)


def test_a_lead_that_somebody_takes_up_meanwhile_stays():
    publish(FAIR)
    run = imported(many(3))
    imports.undo(run=run, by=run.by, at=now())
    taken = Lead.objects.order_by("pk")[1]
    logs_a_note(taken)
    run = worked(run)
    taken.refresh_from_db()
    assert (run.state, run.withdrawn, taken.status) == ("undone", 2, "assigned")
    the_books_agree()
    assert counts(imported(many(3))) == (3, 2, 1, 0)


@pytest.mark.parametrize(("name", "call"), [("withdraw", 2), ("tell", 1)])
def test_an_undoing_that_died_is_taken_up(monkeypatch, name, call):
    publish(FAIR)
    run = imported(many(450))
    imports.undo(run=run, by=run.by, at=now())
    with monkeypatch.context() as patch, pytest.raises(Killed):
        dies_at(patch, undoing.assignment if name == "withdraw" else undoing.outbox, name, call=call)
        worked(run)
    assert fresh(run).state == "undoing"
    come_due(run)
    run = worked(run)
    assert (run.state, run.withdrawn) == ("undone", 450)
    assert balances("inside") == {}
    assert Event.objects.filter(kind="leads.withdrawn").count() == 3
    assert Posting.objects.filter(sign=-1).count() == 450
    the_books_agree()


def test_leads_that_duplicates_repeated_stay_as_they_are():
    publish(FAIR)
    hers = lead_of(rep("laura"), email="jane0@firm0.example.com")
    undone(imported(many(3)))
    hers.refresh_from_db()
    assert (hers.status, hers.owner) == ("assigned", rep("laura"))
    assert set(Capture.objects.values_list("status", flat=True)) == {"withdrawn"}


def test_a_withdrawn_lead_is_nobodys_to_work():
    publish(FAIR)
    undone(imported(many(1)))
    gone = Lead.objects.get()
    for refused in (
        lambda: assignment.hand_over(lead_id=gone.pk, rep=rep("laura"), by=None, at=now()),
        lambda: assignment.move(lead_id=gone.pk, stage=Stage.objects.get(slug="new"), at=now()),
        lambda: assignment.reroute(lead_id=gone.pk, by=None, at=now()),
    ):
        with pytest.raises(assignment.NotThere):
            refused()


def test_a_day_that_is_over_keeps_its_counts():
    publish(FAIR)
    run = imported(many(3))
    Assignment.objects.update(assigned_at=now() - timedelta(days=40))
    Lead.objects.update(assigned_at=now() - timedelta(days=40))
    undone(run)
    assert load_of("laura") == (0, 1, 1, 1, 1)
