"""The admin's pages: they open, refuse what the plan file would refuse, and log changes of people."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from routing.models import (
    ApiToken,
    Calendar,
    Disqualifier,
    Lead,
    PeopleChange,
    PlanSettings,
    PlanVersion,
    Rep,
    Rule,
    ScoreRule,
    SlaPolicy,
    Source,
    Stage,
    Team,
    Territory,
    User,
)
from routing.plan.document import canonical
from routing.plan.load import load_file
from routing.plan.publish import configuration, current, publish

from .filled import filled

pytestmark = pytest.mark.django_db

ACME = (Path(__file__).parents[1] / "plan" / "acme.yaml").read_text(encoding="utf-8")
AT = datetime(2026, 1, 5, 15, tzinfo=UTC)
OURS = [model for model in admin.site._registry if model._meta.app_label == "routing"]


@pytest.fixture(autouse=True)
def acme(db: None) -> None:
    load_file(ACME, at=AT)


@pytest.fixture
def dana(client: Client) -> User:
    """Dana, who may do everything, has logged in."""
    dana = User.objects.get(username="dana")
    dana.is_staff = dana.is_superuser = True
    dana.save()
    client.force_login(dana)
    return dana


def page(model: type[Model], name: str, *args: Any) -> str:
    return reverse(f"admin:routing_{model._meta.model_name}_{name}", args=args)


def on_page(client: Client, row: Model) -> dict[str, Any]:
    """What an object's page would send back if nobody typed anything."""
    return filled(client, page(type(row), "change", row.pk), f"{row._meta.model_name}_form")


@pytest.mark.parametrize("model", OURS, ids=[model.__name__ for model in OURS])
def test_every_list_opens_at_a_cost_that_does_not_grow(client: Client, dana: User, model: type[Model]) -> None:
    opens_at_the_same_cost(client, model, rows=20)


@pytest.mark.slow
@pytest.mark.parametrize("model", OURS, ids=[model.__name__ for model in OURS])
def test_nor_does_it_up_to_fifty_rows(client: Client, dana: User, model: type[Model]) -> None:
    opens_at_the_same_cost(client, model, rows=50)


def opens_at_the_same_cost(client: Client, model: type[Model], *, rows: int) -> None:
    """A list costs as many queries with two rows as with so many."""
    source = Source.objects.create(slug="web", name="Web")
    client.get(page(model, "changelist"), follow=True)  # what a process asks once
    costs = []
    for count in (2, rows - 2):
        for number in range(count):
            more(number + count, source)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page(model, "changelist"), follow=True).status_code == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]


def more(number: int, source: Source) -> None:
    """One more of everything a list may show."""
    name = f"more{number}"
    calendar = Calendar.objects.create(slug=name)
    rep = Rep.objects.create(username=name, name=name, calendar=calendar)
    team = Team.objects.create(slug=name, name=name, calendar=calendar)
    team.memberships.create(rep=rep)
    user = User.objects.create_user(name)
    ApiToken.objects.create(name=name, prefix=name, digest=name, user=user)
    PeopleChange.objects.create(kind="switch", rep=rep, team=team, by=user)
    Territory.objects.create(slug=name, name=name, team=team, parent=Territory.objects.first())
    Rule.objects.create(slug=name, name=name, to_team=team)
    lead = Lead.objects.create(
        source=source, stage=Stage.objects.get(slug="new"), status="assigned", owner=rep, team=team, email_key=name
    )
    lead.assignments.create(rep=rep, team=team, method="assign", assigned_at=AT)
    lead.changes.create(by=user, origin="admin", kind="facts")
    lead.events.create(kind="lead.assigned", team=team, rep=rep)
    lead.captures.create(source=source, channel="api")
    source.imports.create(filename=f"{name}.csv", by=user)
    lead.decisions.create(at=AT, outcome="assigned", plan_version=publish(at=AT), team=team, rep=rep)


@pytest.mark.parametrize(
    "model", [Rep, Team, Calendar, Rule, Territory, ScoreRule, Disqualifier, SlaPolicy, PlanSettings]
)
def test_a_page_saved_as_it_is_changes_nothing(client: Client, dana: User, model: type[Model]) -> None:
    before = canonical(configuration())
    for row in model._default_manager.all():
        answer = client.post(page(model, "change", row.pk), on_page(client, row))
        assert answer.status_code == 302, answer.context["errors"]
    assert canonical(configuration()) == before


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ({"field": "shoe_size", "op": "is", "value": "44"}, "is not a field"),
        ({"field": "country", "op": "is_like", "value": "US"}, "is not an operator"),
        ({"field": "country", "op": "at_least", "value": "US"}, "does not fit"),
        ({"field": "company_size", "op": "at_least", "value": "many"}, "is not a number"),
    ],
    ids=["unknown field", "unknown operator", "operator that does not fit", "value of the wrong type"],
)
def test_a_condition_that_the_file_refuses_is_refused_here_too(
    client: Client, dana: User, condition: dict[str, str], why: str
) -> None:
    rule = Rule.objects.get(slug="evenings")
    sent = on_page(client, rule) | {f"when-0-{key}": value for key, value in condition.items()}
    answer = client.post(page(Rule, "change", rule.pk), sent)
    assert answer.status_code == 200
    assert why in str(answer.context["adminform"].form.errors["when"])
    rule.refresh_from_db()
    assert rule.when == {"all": [{"field": "captured_at", "op": "outside_hours", "value": "chicago"}]}


def test_conditions_are_kept_in_canonical_form(client: Client, dana: User) -> None:
    rule = Rule.objects.get(slug="evenings")
    typed = {"when-kind": "any", "when-0-field": "budget", "when-0-op": "at_least", "when-0-value": " 1500.50 "}
    client.post(page(Rule, "change", rule.pk), on_page(client, rule) | typed)
    rule.refresh_from_db()
    assert rule.when == {"any": [{"field": "budget", "op": "at_least", "value": "1500.5"}]}


def test_hours_are_typed_day_by_day(client: Client, dana: User) -> None:
    chicago = Calendar.objects.get()
    sent = on_page(client, chicago)
    sent |= {f"hours-{day}-open": "" for day in range(7)} | {"hours-6-open": "10:00-12:00, 13:00-14:00"}
    client.post(page(Calendar, "change", chicago.pk), sent)
    chicago.refresh_from_db()
    assert chicago.hours["mon"] == []
    assert chicago.hours["sun"] == [["10:00", "12:00"], ["13:00", "14:00"]]


def test_what_a_manager_changes_about_people_is_logged_with_the_manager(client: Client, dana: User) -> None:
    PeopleChange.objects.all().delete()
    laura = Rep.objects.get(username="laura")
    sent = on_page(client, laura)
    sent["cap_open"] = 9
    del sent["accepting"]
    client.post(page(Rep, "change", laura.pk), sent)
    logged = {(change.kind, change.rep, change.by) for change in PeopleChange.objects.all()}
    assert logged == {("caps", laura, dana), ("switch", laura, dana)}


def test_nothing_that_history_may_name_can_be_deleted(client: Client, dana: User) -> None:
    for row in (Rep.objects.first(), Team.objects.first(), Calendar.objects.first(), Rule.objects.first()):
        assert row is not None
        assert client.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_a_short_name_stays_once_it_is_given(client: Client, dana: User) -> None:
    team = Team.objects.get(slug="general")
    client.post(page(Team, "change", team.pk), on_page(client, team) | {"slug": "other", "name": "Other"})
    team.refresh_from_db()
    assert (team.slug, team.name) == ("general", "Other")


def test_nobody_changes_a_lead_or_its_owner_here(client: Client, dana: User) -> None:
    source = Source.objects.create(slug="web", name="Web")
    lead = Lead.objects.create(source=source, stage=Stage.objects.get(slug="new"))
    sent = {"owner": Rep.objects.get(username="laura").pk, "status": "assigned", "first_name": "Else"}
    assert client.get(page(Lead, "change", lead.pk)).status_code == 200
    assert client.post(page(Lead, "change", lead.pk), sent).status_code == 403
    lead.refresh_from_db()
    assert (lead.owner, lead.status, lead.first_name) == (None, "new", "")


def test_the_draft_is_published_with_a_note(client: Client, dana: User) -> None:
    client.post(reverse("admin:plan_publish"), {"note": "The first one", "expected": 0})
    version = PlanVersion.objects.get()
    assert current()[0] == 1
    assert (version.published_by, version.note) == (dana, "The first one")


def test_a_draft_with_an_error_is_not_published_and_says_what_is_wrong(client: Client, dana: User) -> None:
    Team.objects.filter(slug="general").update(archived_at=AT)
    answer = client.post(reverse("admin:plan_publish"), {"note": "Broken", "expected": 0})
    assert "there is no team" in answer.content.decode()
    assert current()[0] == 0


def test_who_publishes_at_the_same_time_as_somebody_else_is_told_so(client: Client, dana: User) -> None:
    publish(at=AT, by=dana)
    Rule.objects.filter(slug="evenings").update(name="Late hours")
    answer = client.post(reverse("admin:plan_publish"), {"note": "Mine", "expected": 0})
    assert "Version 1 was published meanwhile, by dana" in answer.content.decode()
    assert current()[0] == 1


def test_a_version_is_made_the_draft_again(client: Client, dana: User) -> None:
    version = publish(at=AT)
    before = canonical(configuration())
    client.post(
        page(Rule, "changelist"), {"action": "archive", "_selected_action": [Rule.objects.get(slug="evenings").pk]}
    )
    assert canonical(configuration()) != before
    client.post(page(PlanVersion, "changelist"), {"action": "restore", "_selected_action": [version.pk]})
    assert canonical(configuration()) == before


def test_a_token_is_shown_once_and_kept_as_a_hash(client: Client, dana: User) -> None:
    source = Source.objects.create(slug="web", name="Web")
    answer = client.post(page(ApiToken, "add"), {"name": "Web form", "source": source.pk}, follow=True)
    token = ApiToken.objects.get()
    assert token.source == source
    assert f"The token is {token.prefix}" in answer.content.decode()
    assert "The token is" not in client.get(page(ApiToken, "changelist")).content.decode()
