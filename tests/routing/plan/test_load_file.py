"""A plan file laid over people and draft: twice is once, errors refuse it whole, what it leaves out is left alone."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from routing.models import (
    Calendar,
    Disqualifier,
    Membership,
    PeopleChange,
    PlanSettings,
    PlanVersion,
    Rep,
    RepSkill,
    Revision,
    Rule,
    ScoreRule,
    Skill,
    SlaPolicy,
    Team,
    Territory,
    TimeOff,
    User,
)
from routing.plan.document import canonical, load, write
from routing.plan.draft import draft_document
from routing.plan.load import Loaded, load_file
from routing.plan.people import people_document
from routing.plan.publish import PlanRefused, configuration

pytestmark = pytest.mark.django_db

ACME = (Path(__file__).parent / "acme.yaml").read_text(encoding="utf-8")
EXAMPLES = [
    path
    for path in sorted((Path(__file__).parents[3] / "examples").glob("*.yaml"))
    if "\nrules:" in path.read_text(encoding="utf-8")  # the others say how a file of leads is read
]
AT = datetime(2026, 1, 5, 15, tzinfo=UTC)
LATER = datetime(2026, 1, 6, 15, tzinfo=UTC)
CONFIGURED = (
    Calendar, Rep, RepSkill, Skill, TimeOff, Team, Membership, Team.managers.through, User, PlanSettings, Territory,
    ScoreRule, Disqualifier, SlaPolicy, Rule, PlanVersion, Revision, PeopleChange,
)  # fmt: skip
CATCH_ALL = "rules: [{name: Everything else, to: general}]\n"


def load_acme(text: str = ACME, **options: Any) -> Loaded:
    return load_file(text, at=AT, **options)


def all_rows() -> dict[type[Model], list[dict[str, Any]]]:
    return {model: list(model._default_manager.order_by("pk").values()) for model in CONFIGURED}


def test_the_database_holds_exactly_what_the_file_says() -> None:
    load_acme()
    document, _ = load(ACME)
    assert document is not None
    assert canonical(configuration()) == canonical(document)


def test_a_file_read_twice_changes_not_one_row() -> None:
    load_acme(and_publish=True)
    before = all_rows()
    again = load_file(ACME, at=LATER, and_publish=True)
    assert all_rows() == before
    assert (again.people_changed, again.draft_changed) == (False, False)
    assert again.version is not None
    assert again.version.number == 1


@pytest.mark.parametrize("prune", [False, True], ids=["laid over", "pruned"])
def test_load_after_dump_changes_not_one_row(prune: bool) -> None:
    load_acme(and_publish=True)
    before = all_rows()
    load_file(write(configuration()), at=LATER, prune=prune, and_publish=True)
    assert all_rows() == before


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_the_examples_can_be_published_dumped_and_loaded_again(path: Path) -> None:
    loaded = load_file(path.read_bytes(), at=AT, and_publish=True)
    assert loaded.version is not None
    before = all_rows()
    load_file(write(configuration()), at=LATER, and_publish=True)
    assert all_rows() == before


def test_places_made_by_hand_stay_while_the_order_is_the_same() -> None:
    load_acme()
    for model in (Membership, Rule):
        for row in model._default_manager.all():
            row.position = row.position * 10 + 5
            row.save()
    before = all_rows()
    load_file(write(configuration()), at=LATER)
    assert all_rows() == before


# --- what the file leaves out -------------------------------------------------------------------------


def test_what_the_file_leaves_out_is_left_alone() -> None:
    load_acme()
    load_file("reps: {laura: {seniority: 4}}", at=LATER)
    laura = Rep.objects.get(username="laura")
    assert (laura.seniority, laura.name, laura.caps["open"]) == (4, "Laura Ortiz", 40)
    assert Rep.objects.filter(active=True).count() == 4
    assert Rule.objects.filter(archived_at=None).count() == 5


def test_an_existing_reps_switch_and_time_off_are_never_changed() -> None:
    load_acme()
    Rep.objects.filter(username="laura").update(accepting=False)
    TimeOff.objects.all().delete()
    for prune in (False, True):
        load_file(ACME, at=LATER, prune=prune)
        assert Rep.objects.get(username="laura").accepting is False
        assert not TimeOff.objects.exists()


def test_pruning_archives_whoever_is_left_out() -> None:
    load_acme()
    load_file("reps: {emma: {}}\nteams: {general: {members: [emma]}}\n" + CATCH_ALL, at=LATER, prune=True)
    assert set(Rep.objects.filter(active=True).values_list("username", flat=True)) == {"emma"}
    assert set(Team.objects.filter(archived_at=None).values_list("slug", flat=True)) == {"general"}
    assert not Membership.objects.exclude(rep__username="emma").exists()
    assert set(Rule.objects.filter(archived_at=None).values_list("slug", flat=True)) == {"everything-else"}
    for model in (Calendar, Territory, ScoreRule, Disqualifier, SlaPolicy):
        assert model.objects.exists()
        assert not model.objects.filter(archived_at=None).exists()
    assert PlanSettings.objects.get().qualifies is False


def test_what_was_pruned_comes_back_by_its_slug() -> None:
    load_acme()
    keys = set(Team.objects.values_list("slug", "pk")) | set(Rule.objects.values_list("slug", "pk"))
    before = canonical(configuration())
    load_file("reps: {emma: {}}\nteams: {general: {members: [emma]}}\n" + CATCH_ALL, at=LATER, prune=True)
    load_file(ACME, at=LATER, prune=True)
    assert canonical(configuration()) == before
    assert set(Team.objects.values_list("slug", "pk")) | set(Rule.objects.values_list("slug", "pk")) == keys


def test_pruning_twice_is_pruning_once() -> None:
    load_acme()
    small = "reps: {emma: {}}\nteams: {general: {members: [emma]}}\n" + CATCH_ALL
    load_file(small, at=LATER, prune=True)
    before = all_rows()
    again = load_file(small, at=datetime(2026, 1, 7, tzinfo=UTC), prune=True)
    assert all_rows() == before
    assert not again.people_changed


def test_a_team_that_the_plan_in_force_names_cannot_go_before_it() -> None:
    load_acme(and_publish=True)
    small = "reps: {emma: {}}\nteams: {general: {members: [emma]}}\n" + CATCH_ALL
    with pytest.raises(PlanRefused) as refused:
        load_file(small, at=LATER, prune=True)
    assert {finding.place for finding in refused.value.findings} == {
        "calendars.chicago", "teams.enterprise", "teams.inside", "teams.south",
    }  # fmt: skip
    assert Team.objects.filter(archived_at=None).count() == 4
    loaded = load_file(small, at=LATER, prune=True, and_publish=True)
    assert loaded.version is not None
    assert loaded.version.number == 2


def test_a_member_left_out_of_a_named_team_leaves_it() -> None:
    load_acme()
    load_file("teams: {enterprise: {members: [daniel, laura]}}", at=LATER)
    members = Membership.objects.filter(team__slug="enterprise").order_by("position")
    assert [place.rep.username for place in members] == ["daniel", "laura"]
    assert Rep.objects.get(username="emma").active


# --- people -------------------------------------------------------------------------------------------


def test_a_manager_becomes_a_user_who_cannot_log_in_yet_and_a_rep_does_not() -> None:
    load_acme()
    dana = User.objects.get()
    assert dana.username == "dana"
    assert not dana.has_usable_password()
    assert [team.slug for team in dana.managed_teams.all()] == ["enterprise"]


def test_a_rep_is_linked_to_the_log_in_of_the_same_name() -> None:
    emma = User.objects.create_user("emma", password="unguessable")
    load_acme()
    assert Rep.objects.get(username="emma").user == emma
    assert Rep.objects.get(username="laura").user is None


def test_members_stand_in_the_order_of_the_file() -> None:
    load_acme()
    assert list(people_document()["teams"]["enterprise"]["members"]) == ["laura", "emma", "daniel"]


def test_time_off_and_territory_dates_are_kept_as_written() -> None:
    load_acme()
    absence = TimeOff.objects.get()
    assert (absence.starts_local, absence.ends_local) == ("2026-01-05T00:00:00", "2026-01-10T00:00:00")
    dallas = Territory.objects.get(slug="dallas")
    assert (dallas.starts_on, dallas.ends_on) == (date(2026, 1, 1), date(2027, 1, 1))
    assert Territory.objects.get(slug="norway").where == [{"field": "country", "op": "is", "value": "NO"}]


def test_changes_of_people_are_logged_once_without_names_and_addresses() -> None:
    load_acme()
    PeopleChange.objects.all().delete()
    load_file("reps: {laura: {name: Laura Weiss, email: l@acme.example, caps: {open: 9}}}", at=LATER)
    change = PeopleChange.objects.get()
    assert (change.kind, change.rep, change.after, change.at) == (
        "caps", Rep.objects.get(username="laura"), {"open": 9}, LATER,
    )  # fmt: skip


def test_a_change_of_people_is_told_to_whoever_keeps_them_in_memory() -> None:
    load_acme()
    before = Revision.objects.get().people
    load_file("reps: {laura: {email: l@acme.example}}", at=LATER)
    assert Revision.objects.get().people == before + 1
    load_file("rules: [{slug: everything-else, name: All the rest, to: general}]", at=LATER)
    assert Revision.objects.get().people == before + 1


def test_people_may_come_before_any_rule_but_not_be_published_so() -> None:
    people = "reps: {emma: {}}\nteams: {general: {members: [emma]}}\n"
    load_file(people, at=AT)
    assert Team.objects.get().slug == "general"
    with pytest.raises(PlanRefused, match="catch-all"):
        load_file(people, at=AT, and_publish=True)


# --- errors -------------------------------------------------------------------------------------------


def test_a_file_with_errors_is_refused_whole_with_all_of_them_named_by_place() -> None:
    load_acme()
    before = all_rows()
    wrong = ACME.replace("op: at_least, value: 1000", "op: is_like, value: 1000").replace("to: general}", "to: gneral}")
    with pytest.raises(PlanRefused) as refused:
        load_file(wrong.replace("seniority: 5", "seniority: 6"), at=LATER, and_publish=True)
    assert [finding.place for finding in refused.value.findings] == [
        "reps.laura.seniority", "rules[0].when.all[0].op", "rules[4].to",
    ]  # fmt: skip
    assert "'is_like' is not an operator" in str(refused.value)
    assert all_rows() == before


def test_a_name_that_no_column_holds_is_an_error_of_the_file() -> None:
    longest = Team._meta.get_field("name").max_length
    with pytest.raises(PlanRefused, match=r"teams\.general\.name"):
        load_acme(ACME.replace("name: General", f"name: {'G' * (longest + 1)}"))


def test_returning_leads_are_at_their_default_until_somebody_says_otherwise() -> None:
    silent = ACME.partition("returning:")[0]
    load_acme(silent, and_publish=True)
    assert draft_document()["returning"] == {"match": ["email", "phone", "company"], "days": 90}
    load_acme(silent + "returning: off\n", and_publish=True)
    assert draft_document()["returning"] is None
    load_acme(silent, and_publish=True)
    assert draft_document()["returning"] is None


# --- cost ---------------------------------------------------------------------------------------------


def test_reading_people_costs_the_same_with_two_reps_and_with_twenty() -> None:
    def file(count: int) -> str:
        reps = "".join(
            f"  rep{n}: {{calendar: utc, skills: {{german: 1}}, time_off: [{{from: 2026-01-01, to: 2026-01-02}}]}}\n"
            for n in range(count)
        )
        members = ", ".join(f"rep{n}" for n in range(count))
        teams = "".join(f"  team{n}: {{managers: [dana], calendar: utc, members: [{members}]}}\n" for n in range(count))
        return f"calendars: {{utc: {{}}}}\nreps:\n{reps}teams:\n{teams}rules: [{{name: All, to: team0}}]\n"

    costs = []
    for count in (2, 20):
        load_file(file(count), at=AT)
        with CaptureQueriesContext(connection) as queries:
            document = people_document()
        assert len(document["reps"]) == count
        costs.append(len(queries))
    assert costs == [7, 7]
