"""The demo company: believable at first sight, and true to the last row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q
from django.test import Client
from django.utils.timezone import now
from pytest_django import DjangoDbBlocker, Settings

from reps.demo.build import SEED, Built, build
from reps.demo.market import Market
from reps.demo.people import PASSWORD
from reps.models import Activity, FeedbackPolicy, FeedbackRequest
from routing import roster
from routing.explain import explanation, replays, retell
from routing.models import (
    Assignment,
    Capture,
    Decision,
    Lead,
    Load,
    PeopleChange,
    PlanVersion,
    Posting,
    Rep,
    StageMove,
    Team,
    TeamLedger,
    User,
)
from tests import cast

MONDAY_NIGHT = datetime(2026, 1, 6, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Built]:
    """The company, built once for the tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        roster.forget()
        yield build(at=now())
        transaction.set_rollback(True)
    roster.forget()


def test_a_company_in_its_third_month_has_thousands_of_leads_and_all_that_became_of_them(company: Built) -> None:
    assert 2_000 <= company.leads == Lead.objects.count() <= 3_000
    assert Team.objects.count() == 4
    assert Rep.objects.count() == 12
    assert Lead.objects.filter(stage__kind="won", value__gt=0).count() > 80
    assert Lead.objects.filter(stage__kind="lost").exclude(lost_reason="").count() > 1_000
    assert Assignment.objects.filter(ended_because="bad_data").exists()
    assert set(Assignment.objects.values_list("method", flat=True).distinct().order_by()) == {
        "assign", "blind", "claim", "manual", "offer", "pick", "returning",
    }  # fmt: skip
    assert set(Activity.objects.values_list("kind", flat=True).distinct().order_by()) == {"call", "email", "meeting"}
    assert PlanVersion.objects.count() == 2


def test_its_leads_know_what_they_reached_how_long_they_waited_and_whose_switch_was_off(company: Built) -> None:
    won = Lead.objects.filter(won_at__isnull=False)
    in_order = Q(contacted_at__lt=F("meeting_at"), meeting_at__lt=F("opportunity_at"), proposal_at__lt=F("won_at"))
    assert not won.exclude(in_order).exists()
    for kind in ("contacted", "meeting", "opportunity", "proposal"):
        first = (
            StageMove.objects.filter(stage__kind=kind).values("lead").annotate(at=Min("at")).values_list("lead", "at")
        )
        reached = Lead.objects.filter(**{f"{kind}_at__isnull": False}).values_list("pk", f"{kind}_at")
        assert dict(reached) == dict(first), kind
    waited = ExpressionWrapper(F("first_touch_at") - F("captured_at"), DurationField())
    answered = Lead.objects.annotate(waited=waited).filter(first_touch_at__isnull=False)
    assert not answered.filter(working_wait=None).exists()
    assert 0.1 < answered.filter(working_wait__lt=300).count() / answered.count() < 0.4
    lines = list(answered.values_list("working_wait", "waited"))
    assert all(working <= waited.total_seconds() for working, waited in lines)
    assert sum(working < waited.total_seconds() - 3600 for working, waited in lines) > len(lines) / 4, "over night"
    reasons = Assignment.objects.exclude(ended_because="").values_list("ended_because", flat=True)
    assert {"bad_data", "not_a_lead", "duplicate", "no_show", "other"} <= set(reasons)
    pauses = PeopleChange.objects.filter(kind="switch", after__accepting=False).values("rep").annotate(n=Count("pk"))
    assert len(pauses) >= 9, "nearly everybody; by the hour at which it is built some fall on decisions"
    assert sum(one["n"] for one in pauses) > 25


def test_nobody_was_given_anything_while_they_paused(company: Built) -> None:
    switched = PeopleChange.objects.filter(kind="switch", rep__isnull=False, at__lt=now() - timedelta(days=1))
    for off in switched.filter(after__accepting=False):
        back = switched.filter(rep=off.rep, at__gt=off.at).earliest("at")
        assert back.after["accepting"]
        assert not Decision.objects.filter(rep=off.rep, at__range=(off.at, back.at)).exists(), off


def test_customers_were_asked_and_some_said_how_it_was(company: Built) -> None:
    (all_of_it,) = FeedbackRequest.objects.counted().measured()
    assert all_of_it["asked"] > 1_000
    assert 0.1 < all_of_it["answered"] / all_of_it["asked"] < 0.4
    means = {row["occasion"]: row["mean_rating"] for row in FeedbackRequest.objects.counted().measured("occasion")}
    assert means["lost"] < 3.6 < means["meeting"] < 4.7 and means["lost"] < means["won"] < 4.7
    assert FeedbackRequest.objects.exclude(words="").count() > 50
    assert FeedbackRequest.objects.values("rep").distinct().order_by().count() == 12
    waiting = FeedbackRequest.objects.filter(state="waiting")
    assert waiting.filter(delivery__state="queued").count() == waiting.count() > 0


@pytest.mark.django_db
def test_where_mail_leaves_the_machine_the_demo_writes_to_nobodys_customers(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    roster.forget()
    build(at=MONDAY_NIGHT)
    assert FeedbackRequest.objects.filter(state="answered").exists()
    assert not FeedbackRequest.objects.filter(state="waiting").exists()
    assert not FeedbackPolicy.objects.filter(active=True).exists()


def test_today_there_is_work_for_every_rep_something_in_each_pool_something_that_waits_and_an_inbox(
    company: Built,
) -> None:
    unanswered = Lead.objects.filter(is_open=True, first_touch_at=None, owner__isnull=False)
    idle = Rep.objects.exclude(pk__in=unanswered.values("owner")).values_list("username", flat=True)
    assert set(idle) <= {"kenji"}, "kenji is on holiday"
    for delivery in ("claim", "pick", "blind", "manual"):
        assert Lead.objects.filter(status="pooled", delivery=delivery).count() >= 2, delivery
    waiting = Lead.objects.filter(status="waiting")
    assert waiting.exists()
    assert not waiting.filter(hold=None).exists(), "nobody would look at it again"
    assert Capture.objects.filter(status="failed").count() == 2
    assert not Lead.objects.filter(status__in=["new", "parked"]).exists()


def test_every_balance_is_the_sum_of_its_postings(company: Built) -> None:
    names = dict(Rep.objects.values_list("pk", "username"))
    for team in Team.objects.all():
        lags: dict[str, Fraction] = {}
        for posting in Posting.objects.filter(team=team).select_related("eligible").order_by("pk"):
            members = json.loads(posting.eligible.members)
            total = sum(weight for _, weight in members)
            for rep, weight in members:
                lags[names[rep]] = lags.get(names[rep], Fraction(0)) + posting.sign * Fraction(weight, total)
            lags[names[posting.winner_id]] = lags.get(names[posting.winner_id], Fraction(0)) - posting.sign
        state = json.loads(TeamLedger.objects.get(team=team).state)
        kept = {rep: Fraction(lag, state["denominator"]) for rep, lag in state["lags"].items()}
        assert {rep: lag for rep, lag in kept.items() if lag} == {rep: lag for rep, lag in lags.items() if lag}, team
        assert sum(kept.values()) == 0


def test_every_load_is_the_number_of_open_leads(company: Built) -> None:
    for load in Load.objects.select_related("rep", "team"):
        held = Lead.objects.filter(Q(owner=load.rep) | Q(offered_to=load.rep), is_open=True)
        assert load.open == (held.filter(team=load.team) if load.team else held).count(), load


def test_every_lead_is_owned_by_whoever_holds_its_open_line(company: Built) -> None:
    open_lines = dict(Assignment.objects.filter(ended_at=None).values_list("lead_id", "rep_id"))
    assert open_lines == dict(Lead.objects.filter(status="assigned").values_list("pk", "owner_id"))


def test_decisions_of_all_the_weeks_can_be_explained(company: Built) -> None:
    rows = Decision.objects.select_related("basis", "team", "rep").order_by("pk")
    told = [row for place, row in enumerate(rows) if place % 10 == 0 or place > len(rows) - 50]
    assert [row.pk for row in told if not replays(retell(row))] == []
    latest = Lead.objects.filter(status="assigned").latest("pk")
    assert len(explanation(latest.pk)["words"]) > 1


def test_a_rep_and_a_manager_can_log_in_and_see_their_work(company: Built) -> None:
    laura, dana = Client(), Client()
    assert laura.login(username="laura", password=PASSWORD)
    assert "to respond" in laura.get("/").content.decode()
    assert dana.login(username="dana", password=PASSWORD)
    assert dana.get("/admin/routing/rule/").status_code == 200
    assert dana.get("/admin/routing/lead/").status_code == 200


def test_an_analyst_is_let_nowhere_near_contact_details(company: Built) -> None:
    nora = Client()
    assert nora.login(username="nora", password=PASSWORD)
    assert nora.get("/admin/routing/planversion/").status_code == 200
    for page in ("lead", "capture", "event", "decision"):
        assert nora.get(f"/admin/routing/{page}/").status_code == 403, page


def test_the_same_seed_tells_the_same_story() -> None:
    def told(at: datetime) -> list[tuple[timedelta, object]]:
        market = Market(Random(SEED))
        return [(at - one.at, one.facts) for one in [*market.weeks(now=at), *market.today(now=at)]]

    assert told(MONDAY_NIGHT) == told(MONDAY_NIGHT)
    assert told(MONDAY_NIGHT) != told(MONDAY_NIGHT + timedelta(days=1)), "a Monday is no Tuesday"


@pytest.mark.django_db
def test_it_refuses_a_database_with_real_leads() -> None:
    cast.lead()
    with pytest.raises(CommandError, match="There are leads in this database already"):
        call_command("demo")
    assert Lead.objects.count() == 1
    assert not User.objects.exists()


@pytest.mark.django_db
def test_it_refuses_a_database_in_which_somebody_has_the_name_of_its_people() -> None:
    cast.person("dana")
    with pytest.raises(CommandError, match="somebody called dana"):
        call_command("demo")


@pytest.mark.django_db
def test_the_command_says_who_can_log_in_and_leaves_it_for_the_next_start(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEMO_LOGINS = tmp_path / "demo-logins.txt"
    call_command("demo")
    said = capsys.readouterr().out
    assert settings.DEMO_LOGINS.read_text() in said
    for username in User.objects.values_list("username", flat=True):
        assert f"  {username} " in said
    assert PASSWORD in said
