"""Leads with their past from another system: whose they were, how far they came, and when."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps import work
from reps.timeline import timeline
from routing import assignment, imports, pipeline
from routing.assignment.history import bring_history
from routing.imports import history
from routing.intake import replaying
from routing.models import (
    Assignment,
    Capture,
    Event,
    ImportRun,
    Lead,
    Load,
    PeopleChange,
    Posting,
    Rep,
    SlaClock,
    Stage,
    StageMove,
)
from tests.cast import cast, lead_of, source, team

from .uploads import undone

LOAD = ("open", "hour", "day", "week", "month")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def people(db):
    return cast()


@pytest.fixture
def bring(tmp_path):
    """Brings lines of a file in, and gives what the command says on either side."""

    def brought(*lines, options=(), header="external_id,captured_at,owner,stage,assigned_at,first_touch_at,won_at"):
        file = tmp_path / "past.csv"
        file.write_text("\n".join([header, *lines]), encoding="utf-8")
        out, err = StringIO(), StringIO()
        call_command("import_leads", str(file), "--history", *options, stdout=out, stderr=err)
        return out.getvalue().strip(), err.getvalue()

    return brought


def only(external_id="a1"):
    return Lead.objects.select_related("stage", "owner", "team").get(external_id=external_id)


# --- a past, whole --------------------------------------------------------------------------------


def test_a_lead_that_was_won_elsewhere_is_whoevers_it_was_and_knows_when_it_came_how_far(people, bring):
    said, _ = bring(
        "a1,2025-03-03,laura,,2025-03-03 08:00,2025-03-03T09:30+01:00,2025-04-01,1 200.50",
        header="external_id,captured_at,owner,stage,assigned_at,first_touch_at,won_at,value",
    )
    assert said == "read 1, created 1, duplicates 0, rejected 0"
    lead = only()
    assert (lead.owner, lead.team, lead.status, lead.is_open) == (people.laura, people.inside, "assigned", False)
    assert (lead.stage.kind, str(lead.value)) == ("won", "1200.50")
    assert (lead.captured_at, lead.assigned_at) == (at("2025-03-03"), at("2025-03-03 08:00"))
    assert lead.first_touch_at == lead.contacted_at == at("2025-03-03 08:30")
    assert (lead.won_at, lead.meeting_at, lead.lost_at) == (at("2025-04-01"), None, None)
    (line,) = Assignment.objects.all()
    assert (line.rep, line.team, line.method, line.ended_at) == (people.laura, people.inside, "import", None)
    assert (line.assigned_at, line.first_touch_at) == (lead.assigned_at, lead.first_touch_at)
    assert (lead.working_wait, line.working_wait) == (None, None), "what her hours were there, nobody knows here"
    assert {(one.at, one.what) for one in timeline(lead)} == {
        (at("2025-03-03"), "Arrived from import"),
        (at("2025-03-03 08:00"), "Brought along by Laura Ortiz in Inside"),
        (at("2025-04-01"), "Moved to Won, for 1,200.5"),
    }


def test_nothing_is_routed_posted_timed_or_told(people, bring):
    bring("a1,2025-03-03,laura,won,,,2025-04-01", "a2,2025-03-03,,,,,", "a3,2025-03-03,daniel,meeting,,2025-03-04,")
    assert pipeline.route().routed == 0
    for nothing in (Event, Posting, SlaClock):
        assert not nothing.objects.exists(), nothing
    assert set(Lead.objects.values_list("timed", "due_at", "urgent")) == {(False, None, False)}
    bring("b1,2025-03-03,,,,,,", "a3,2025-03-03,,,,,,")
    assert not Event.objects.exists(), "nor when one comes again"


@pytest.mark.parametrize(
    ("line", "kind", "is_open"),
    [
        ("a1,2025-03-03,,,,,", "new", True),
        ("a1,2025-03-03,,,,2025-03-04,", "contacted", True),
        ("a1,2025-03-03,,,,2025-03-04,2025-03-05", "won", False),
        ("a1,2025-03-03,,meeting,,2025-03-04,", "meeting", True),
        ("a1,2025-03-03,,First call,,,", "contacted", True),
        ("a1,2025-03-03,,first-call,,,", "contacted", True),
        ("a1,2025-03-03,,WON,,,2025-03-05", "won", False),
    ],
    ids=["nothing", "touched", "won", "a kind", "a name", "a slug", "in capitals"],
)
def test_its_stage_is_what_is_said_or_as_far_as_its_moments_say(people, bring, line, kind, is_open):
    Stage.objects.create(slug="first-call", name="First call", kind="contacted", position=9)
    bring(line)
    assert (only().stage.kind, only().is_open) == (kind, is_open)


def test_lost_without_a_stage_is_lost(people, bring):
    bring("a1,2025-03-03,2025-03-09", header="external_id,captured_at,lost_at")
    assert (only().stage.kind, only().is_open, only().lost_at) == ("lost", False, at("2025-03-09"))
    assert StageMove.objects.get().at == at("2025-03-09")


@pytest.mark.parametrize("owner", ["laura", "LAURA", "Laura Ortiz", " laura  ortiz "])
def test_an_owner_is_named_by_user_name_or_name(people, bring, owner):
    bring(f"a1,2025-03-03,{owner},,,,")
    assert only().owner == people.laura


def test_a_header_may_be_written_as_people_write_it_and_a_map_may_name_another(people, bring, tmp_path):
    bring("a1,2025-03-03,laura,2025-03-05", header="External ID,Captured at,Owner,Won at")
    assert (only().owner, only().won_at) == (people.laura, at("2025-03-05"))
    mapping = tmp_path / "map.yaml"
    mapping.write_text("Sold by: owner\nKey: external_id\n")
    bring("b1,2025-03-03,daniel,2025-03-05", header="Key,captured_at,Sold by,won_at", options=["--map", str(mapping)])
    assert (only("b1").owner, only("b1").won_at) == (people.daniel, at("2025-03-05"))


def test_an_owner_in_two_teams_brings_none(people, bring):
    team("second", members=(people.laura,))
    bring("a1,2025-03-03,laura,,,,")
    assert (only().owner, only().team) == (people.laura, None)


# --- loads ----------------------------------------------------------------------------------------


def loads(rep):
    return {row[0]: row[1:] for row in Load.objects.filter(rep=rep).values_list("team__slug", *LOAD)}


def test_open_ones_count_among_their_owners_open_leads_and_in_no_other_cap(people, bring):
    today = now().date().isoformat()
    bring(f"a1,{today},laura,,,,", f"a2,{today},laura,meeting,,,", "a3,2025-03-03,laura,won,,,2025-03-05")
    assert loads(people.laura) == {None: (2, 0, 0, 0, 0), "inside": (2, 0, 0, 0, 0)}
    assignment.move(lead_id=only("a1").pk, stage=Stage.objects.get(slug="won"), at=now())
    assert loads(people.laura) == {None: (1, 0, 0, 0, 0), "inside": (1, 0, 0, 0, 0)}


# --- what is odd, and what cannot be --------------------------------------------------------------


def test_what_happened_in_an_impossible_order_comes_in_with_a_note(people, bring):
    said, notes = bring("a1,2025-03-03,laura,,2025-03-03,,2025-03-01")
    assert said == "read 1, created 1, duplicates 0, rejected 0"
    assert "1 row: won_at lies before captured_at" in notes
    assert "won_at lies before captured_at" in Capture.objects.get().notes
    assert (only().won_at, only().captured_at) == (at("2025-03-01"), at("2025-03-03"))


def test_won_before_and_open_again_is_open(people, bring):
    _, notes = bring("a1,2025-03-03,laura,meeting,2025-03-03,2025-03-04,2025-03-05")
    assert (only().won_at, only().is_open) == (None, True)
    assert "1 row: won_at is not kept: the lead is meeting by now" in notes


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("a1,yesterday,,,,,", "captured_at: "),
        ("a1,,,,,,", "captured_at: is blank: nothing says when the lead came"),
        ("a1,2025-03-03,,,03/04/2025,,", "assigned_at: "),
        ("a1,2025-03-03,,,,2199-01-01,", "first_touch_at: is in the year 2199"),
        ("a1,2025-03-03,,,,,2090-01-01", "won_at: 2090-01-01 lies ahead"),
        ("a1,2025-03-03,,won,,,", "won_at: is blank: nothing says when the lead was won"),
        ("a1,2025-03-03,,lost,,,", "lost_at: is blank: nothing says when the lead was lost"),
        ("a1,2025-03-03,,negotiating,,,", "stage: there is no stage 'negotiating'"),
        (",2025-03-03,,,,,", "email: Send at least one of"),
    ],
)
def test_what_cannot_be_read_is_turned_away_with_its_reason(people, bring, tmp_path, line, why):
    rejects = tmp_path / "rejects.csv"
    said, _ = bring(line, options=["--rejects", str(rejects)])
    assert said == "read 1, created 0, duplicates 0, rejected 1"
    assert why in rejects.read_text()
    assert not Lead.objects.exists()


@pytest.mark.parametrize(("value", "why"), [("-3", "value: is below zero"), ("much", "value: "), ("1e15", "value: ")])
def test_a_value_that_is_none_is_turned_away(people, bring, tmp_path, value, why):
    rejects = tmp_path / "rejects.csv"
    bring(f"a1,2025-03-03,{value}", header="external_id,captured_at,value", options=["--rejects", str(rejects)])
    assert why in rejects.read_text()


# --- whom nobody knows ----------------------------------------------------------------------------


UNKNOWN = (
    "a1,2025-03-03,Zoë Hall,,,,",
    "a2,2025-03-03,nils,,,,",
    "a3,2025-03-03,ZOË  HALL,,,,",
    "a4,2025-03-03,laura,,,,",
)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_owners_who_are_no_reps_are_all_listed_with_their_rows_and_nothing_is_written(people, bring, options):
    with pytest.raises(CommandError) as refused:
        bring(*UNKNOWN, options=options)
    assert str(refused.value).splitlines()[1:] == ["  Zoë Hall (2 rows)", "  nils (1 row)"]
    assert not Lead.objects.exists() | Capture.objects.exists() | ImportRun.objects.exists()
    assert Rep.objects.count() == 4


def test_or_they_are_made_not_active_and_without_a_log_in(people, bring):
    said, notes = bring(*UNKNOWN, options=["--make-reps"])
    assert said == "read 4, created 4, duplicates 0, rejected 0"
    assert "2 reps were made, not active and without a log-in: Zoë Hall, nils" in notes
    zoe = Rep.objects.get(name="Zoë Hall")
    assert (zoe.username, zoe.active, zoe.user) == ("zoe-hall", False, None)
    assert list(zoe.leads.order_by("external_id").values_list("external_id", flat=True)) == ["a1", "a3"]
    assert PeopleChange.objects.filter(kind="rep", rep=zoe).count() == 1
    assert loads(zoe) == {None: (2, 0, 0, 0, 0)}
    assert bring(*UNKNOWN)[0] == "read 4, created 0, duplicates 4, rejected 0", "they are known by now"


def test_a_name_that_two_reps_have_is_for_a_person_to_tell_apart(people, bring):
    Rep.objects.create(username="laura2", name="Laura Ortiz")
    with pytest.raises(CommandError, match="Laura Ortiz"):
        bring("a1,2025-03-03,Laura Ortiz,,,,", options=["--make-reps"])
    bring("a1,2025-03-03,laura2,,,,")
    assert only().owner.username == "laura2"


def test_two_names_of_one_user_name_are_two_reps(people, bring):
    bring("a1,2025-03-03,Laura?,,,,", "a2,2025-03-03,Laura!,,,,", "a3,2025-03-03,李,,,,", options=["--make-reps"])
    made = Rep.objects.filter(active=False).order_by("name").values_list("username", flat=True)
    assert sorted(made) == ["laura-2", "laura-3", "rep"]


def test_a_dry_run_says_the_same_and_writes_nothing(people, bring):
    said, notes = bring(*UNKNOWN, "a5,2025-03-03,,nonsense,,,", options=["--make-reps", "--dry-run"])
    assert said == "read 5, created 4, duplicates 0, rejected 1"
    assert "2 reps would be made" in notes
    assert not Lead.objects.exists() | Capture.objects.exists() | ImportRun.objects.exists()
    assert Rep.objects.count() == 4


def test_make_reps_is_for_history(people, tmp_path):
    with pytest.raises(CommandError, match="--make-reps is for --history"):
        call_command("import_leads", str(tmp_path / "x.csv"), "--make-reps")


# --- who is known already -------------------------------------------------------------------------

PERSON = "email,captured_at,won_at"


def test_the_same_file_again_creates_none(people, bring):
    lines = ("a1,2025-03-03,laura,won,,,2025-04-01", "a2,2025-03-03,,,,,")
    bring(*lines)
    assert bring(*lines)[0] == "read 2, created 0, duplicates 2, rejected 0"
    assert Assignment.objects.count() == 1
    assert not Load.objects.filter(open__gt=0).exists()


def test_one_that_was_closed_there_clashes_with_nobody_who_is_open_here(people, bring):
    lead_of(people.laura, email="jane@acme.example")
    said, _ = bring("jane@acme.example,2025-03-03,2025-04-01", "jane@acme.example,2025-05-03,2025-06-01", header=PERSON)
    assert said == "read 2, created 2, duplicates 0, rejected 0"
    assert Lead.objects.filter(email_key="jane@acme.example").count() == 3


def test_one_that_is_open_in_both_is_one(people, bring):
    lead_of(people.laura, email="jane@acme.example")
    assert bring("jane@acme.example,2025-03-03,", header=PERSON)[0] == "read 1, created 0, duplicates 1, rejected 0"
    assert Lead.objects.get().owner == people.laura


# --- when it goes wrong ---------------------------------------------------------------------------


def test_what_is_stored_and_whose_it_is_come_together_or_not_at_all(people, bring, monkeypatch):
    def dies(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(history, "bring_history", dies)
    with pytest.raises(CommandError, match="the same command again brings the rest"):
        bring("a1,2025-03-03,laura,,,,")
    assert not Lead.objects.exists() | Capture.objects.exists()
    monkeypatch.setattr(history, "bring_history", bring_history)
    assert bring("a1,2025-03-03,laura,,,,")[0] == "read 1, created 1, duplicates 0, rejected 0"
    assert only().owner == people.laura


def test_a_row_of_the_past_is_not_replayed_without_its_owner(people):
    run = ImportRun.objects.create(source=source(), history=True)
    failed = Capture.objects.create(source=run.source, run=run, row=2, status="failed", body="{}", received_at=now())
    with pytest.raises(replaying.NotReplayable, match="file of the past"):
        replaying.replay(failed, at=now())


def test_it_can_be_undone_while_nobody_has_worked_on_it_since(people, bring):
    lead_of(people.laura, team=people.inside)
    Load.objects.create(rep=people.laura, open=1, day=1)
    today = now().date().isoformat()
    lines = (f"a1,{today},laura,,,,", f"a2,{today},laura,meeting,,{today},", "a3,2025-03-03,laura,won,,,2025-04-01")
    bring(*lines)
    assert loads(people.laura)[None][0] == 3
    run = undone(ImportRun.objects.get())
    assert (run.state, run.withdrawn) == ("undone", 3)
    assert loads(people.laura)[None] == (1, 0, 1, 0, 0)
    assert not Event.objects.exists()
    assert bring(*lines)[0] == "read 3, created 3, duplicates 0, rejected 0"


@pytest.mark.parametrize("done", ["moved", "noted", "handed on"])
def test_it_is_not_undone_once_somebody_has(people, bring, done):
    bring("a1,2025-03-03,laura,,,2025-03-04,")
    match done:
        case "moved":
            assignment.move(lead_id=only().pk, stage=Stage.objects.get(slug="meeting"), at=now())
        case "noted":
            work.log(lead_id=only().pk, kind="note", at=now(), by=people.laura.user, rep=people.laura, body="Hm.")
        case "handed on":
            assignment.hand_over(lead_id=only().pk, rep=people.emma, by=people.dana, at=now())
    with pytest.raises(imports.NotNow):
        undone(ImportRun.objects.get())


def test_managers_see_in_the_admin_that_it_came_with_its_past_and_what_was_odd(people, bring, admin_client):
    bring("a1,2025-03-03,laura,,2025-03-03,,2025-03-01", "a2,2025-03-03,,,,,", "a3,2025-03-03,,won,,,2025-03-05")
    page = admin_client.get(
        reverse("admin:routing_importrun_change", args=[ImportRun.objects.get().pk])
    ).content.decode()
    assert "with their past" in page
    assert "1 row: won_at lies before captured_at" in page
    assert "Route its 1 open lead that nobody owns" in page


def test_a_batch_costs_as_much_however_many_its_rows_are(people, bring):
    def queries(count, first):
        with CaptureQueriesContext(connection) as captured:
            lines = [f"{first}{number},2025-03-03,laura,meeting,,2025-03-04," for number in range(count)]
            bring(*lines)
        return len([one for one in captured if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    queries(1, "warm")
    assert queries(2, "few") == queries(200, "many")
