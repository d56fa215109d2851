"""From the draft to an immutable version and back: refused whole with errors, one publisher at a time."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.db.models import ProtectedError

from routing.models import Calendar, PlanVersion, Rep, Revision, Rule, Team, Territory, User
from routing.plan.document import canonical, digest, plan_half
from routing.plan.draft import draft_document
from routing.plan.load import load_file
from routing.plan.publish import (
    NoSuchVersion,
    PlanRefused,
    PublishedMeanwhile,
    Unrestorable,
    check_draft,
    configuration,
    current,
    publish,
    restore,
)

ACME = (Path(__file__).parent / "acme.yaml").read_text(encoding="utf-8")
AT = datetime(2026, 1, 5, 15, tzinfo=UTC)
LATER = AT + timedelta(days=1)


@pytest.fixture
def acme(db: None) -> None:
    load_file(ACME, at=AT)


def rename_the_catch_all(name: str) -> None:
    Rule.objects.filter(slug="everything-else").update(name=name)


@pytest.mark.django_db
def test_before_anything_is_published_no_plan_is_in_force() -> None:
    assert current() == (0, "")


def test_a_published_version_is_the_plan_half_as_canonical_text_with_its_digest(acme: None) -> None:
    dana = User.objects.get(username="dana")
    version = publish(note="First", by=dana, at=AT)
    assert current() == (1, version.document)
    assert version.document == canonical(plan_half(configuration()))
    assert version.digest == digest(version.document)
    assert (version.note, version.published_by, version.published_at) == ("First", dana, AT)
    assert not {"calendars", "reps", "teams"} & json.loads(version.document).keys()


def test_the_plan_in_force_does_not_follow_the_draft(acme: None) -> None:
    publish(at=AT)
    in_force = current()
    rename_the_catch_all("All the rest")
    assert current() == in_force
    assert publish(at=LATER).number == 2
    assert "All the rest" in current()[1]


def test_publishing_what_is_in_force_gives_that_version(acme: None) -> None:
    first = publish(note="First", at=AT)
    assert publish(note="Again", at=LATER) == first
    assert PlanVersion.objects.get().note == "First"


def test_a_draft_with_errors_is_refused_with_all_of_them(acme: None) -> None:
    Rule.objects.filter(slug="everything-else").update(
        when={"all": [{"field": "shoe_size", "op": "is", "value": "44"}]}
    )
    Team.objects.filter(slug="south").update(archived_at=AT)
    with pytest.raises(PlanRefused) as refused:
        publish(at=AT)
    places = {finding.place for finding in refused.value.findings}
    assert {"rules[4].when.all[0].field", "territories.texas.team", "territories.dallas.team"} <= places
    assert current() == (0, "")


def test_a_version_never_changes(acme: None) -> None:
    version = publish(at=AT)
    version.note = "Better"
    with pytest.raises(TypeError):
        version.save()


# --- one at a time ------------------------------------------------------------------------------------


def test_who_looked_at_an_older_plan_is_told_who_published_meanwhile(acme: None) -> None:
    dana = User.objects.get(username="dana")
    publish(by=dana, at=AT, expected=0)
    rename_the_catch_all("All the rest")
    with pytest.raises(PublishedMeanwhile, match=r"Version 1 .* by dana at 2026-01-05 15:00:00 UTC") as told:
        publish(at=LATER, expected=0)
    assert told.value.version.number == 1
    assert publish(at=LATER, expected=1).number == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_the_same_time_one_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    load_file(ACME, at=AT)
    together = Barrier(2, timeout=30)
    real: Callable[[], Revision] = Revision.objects.get

    def both_have_looked() -> Revision:
        seen = real()
        if not connection.in_atomic_block:
            together.wait()
        return seen

    monkeypatch.setattr(Revision.objects, "get", both_have_looked)
    outcomes: list[object] = []

    def attempt() -> None:
        try:
            outcomes.append(publish(at=AT).number)
        except PublishedMeanwhile as told:
            outcomes.append(f"told of {told.version.number}")
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [Thread(target=attempt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["1", "told of 1"]
    assert PlanVersion.objects.count() == 1


# --- back ---------------------------------------------------------------------------------------------


def test_restoring_makes_the_draft_what_the_version_was(acme: None) -> None:
    publish(at=AT)
    before = canonical(draft_document())
    load_file(
        "reps: {emma: {}}\nteams: {general: {members: [emma]}}\nrules: [{name: Everything else, to: general}]\n",
        at=LATER,
        prune=True,
        and_publish=True,
    )
    assert canonical(draft_document()) != before
    restore(1, at=LATER)
    assert canonical(draft_document()) == before
    assert current()[0] == 2
    assert Team.objects.get(slug="south").archived_at is None
    assert Calendar.objects.get(slug="chicago").archived_at is None
    assert not Rep.objects.get(username="laura").active
    document, _ = check_draft()
    assert document is not None
    assert publish(at=LATER).document == PlanVersion.objects.get(number=1).document


def test_restoring_leaves_people_as_they_are_today(acme: None) -> None:
    publish(at=AT)
    load_file("reps: {laura: {seniority: 2}}", at=LATER)
    restore(1, at=LATER)
    assert Rep.objects.get(username="laura").seniority == 2


def test_a_version_that_is_not_there_cannot_be_restored(acme: None) -> None:
    with pytest.raises(NoSuchVersion):
        restore(7, at=AT)


def test_a_version_that_names_somebody_who_is_gone_says_whom(acme: None) -> None:
    publish(at=AT)
    Rep.objects.filter(username="laura").update(username="laura.ortiz")
    with pytest.raises(Unrestorable, match="laura"):
        restore(1, at=LATER)


@pytest.mark.parametrize(
    ("model", "key", "name"),
    [(Rep, "username", "laura"), (Team, "slug", "south"), (Calendar, "slug", "chicago")],
    ids=["rep", "team", "calendar"],
)
def test_whom_a_version_names_cannot_be_deleted_even_when_the_draft_forgot_them(
    acme: None, model: type[Rep | Team | Calendar], key: str, name: str
) -> None:
    publish(at=AT)
    Territory.objects.update(parent=None, team=None)
    Territory.objects.all().delete()
    Rule.objects.all().delete()
    Rep.objects.update(calendar=None)
    Team.objects.update(calendar=None)
    with pytest.raises(ProtectedError, match="version 1"), transaction.atomic():
        model._default_manager.get(**{key: name}).delete()
    assert model._default_manager.filter(**{key: name}).exists()


def test_whom_no_version_names_can_be_deleted(acme: None) -> None:
    publish(at=AT)
    Rep.objects.get(username="omar").delete()
    assert not Rep.objects.filter(username="omar").exists()
