"""The draft as a manager works on it: conditions as rows, one order, check, try, publish, compare, begin anew."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from routing.models import Assignment, Decision, Lead, PlanVersion, Rep, Rule, Team, Territory, User
from routing.people_revision import people_changed
from routing.plan.arrange import NotInOrder, move, put_in_order
from routing.plan.compare import compare
from routing.plan.draft import draft_document
from routing.plan.load import load_file
from routing.plan.publish import check_draft, current, publish
from routing.plan.standing import standing
from routing.plan.starters import starters

from .filled import filled

pytestmark = pytest.mark.django_db

ACME = (Path(__file__).parents[1] / "plan" / "acme.yaml").read_text(encoding="utf-8")
AT = datetime(2026, 1, 5, 15, tzinfo=UTC)


@pytest.fixture
def dana(client: Client) -> User:
    """Dana, who may do everything, has logged in; Acme's plan is drafted."""
    load_file(ACME, at=AT)
    dana = User.objects.get(username="dana")
    dana.is_staff = dana.is_superuser = True
    dana.save()
    client.force_login(dana)
    return dana


def changed(client: Client, row: Rule, **typed: str) -> Any:
    """The rule's page, sent with this typed."""
    address = reverse("admin:routing_rule_change", args=[row.pk])
    return client.post(address, filled(client, address, "rule_form") | typed)


def order() -> list[str]:
    return list(Rule.objects.filter(archived_at=None).order_by("position", "pk").values_list("slug", flat=True))


# --- conditions -----------------------------------------------------------------------------------


def test_a_rule_with_two_conditions_is_added_before_the_catch_all(client: Client, dana: User) -> None:
    team = Team.objects.get(slug="general")
    last = order()[-1]
    address = reverse("admin:routing_rule_add")
    typed = {
        "name": "Large clinics",
        "to": f"team:{team.pk}",
        "when-0-field": "company_size",
        "when-0-op": "at_least",
        "when-0-value": "1000",
        "when-1-field": "industry",
        "when-1-op": "in",
        "when-1-value": 'healthcare\r\n"Hospital, private"',
    }
    answer = client.post(address, filled(client, address, "rule_form") | typed)
    assert answer.status_code == 302, answer.context["errors"]
    rule = Rule.objects.get(slug="large-clinics")
    assert rule.when == {
        "all": [
            {"field": "company_size", "op": "at_least", "value": 1000},
            {"field": "industry", "op": "in", "value": ["healthcare", "Hospital, private"]},
        ]
    }
    assert order()[-2:] == ["large-clinics", last]


def test_groups_nested_deeper_than_the_form_are_shown_and_kept(client: Client, dana: User) -> None:
    deep = {
        "any": [
            {"field": "country", "op": "is", "value": "US"},
            {
                "all": [
                    {"field": "budget", "op": "between", "value": [10, 50]},
                    {"none": [{"field": "industry", "op": "is", "value": "retail"}]},
                ]
            },
        ]
    }
    rule = Rule.objects.get(slug=order()[0])
    Rule.objects.filter(pk=rule.pk).update(when=deep)
    page = client.get(reverse("admin:routing_rule_change", args=[rule.pk])).content.decode()
    assert "it is not so that industry is retail" in page
    assert changed(client, rule, **{"when-0-value": "CA"}).status_code == 302
    rule.refresh_from_db()
    deep["any"][0]["value"] = "CA"  # type: ignore[index]
    assert rule.when == deep


def test_what_was_typed_wrongly_stays_on_the_page_with_what_is_wrong(client: Client, dana: User) -> None:
    rule = Rule.objects.get(slug=order()[0])
    typed = {"when-0-field": "company_size", "when-0-op": "at_least", "when-0-value": "a lot"}
    page = changed(client, rule, **typed).content.decode()
    assert "Condition 1: &#x27;a lot&#x27; is not a number" in page
    assert ">a lot</textarea>" in page


@pytest.mark.parametrize("parent", ["itself", "a child"])
def test_a_territory_never_lies_within_itself(client: Client, dana: User, parent: str) -> None:
    one = Territory.objects.create(slug="one", name="One")
    two = Territory.objects.create(slug="two", name="Two", parent=one)
    address = reverse("admin:routing_territory_change", args=[one.pk])
    above = one if parent == "itself" else two
    answer = client.post(address, filled(client, address, "territory_form") | {"parent": above.pk})
    assert "cannot lie within itself" in answer.content.decode()


# --- order ----------------------------------------------------------------------------------------


def test_a_rule_moves_up_and_down_by_its_buttons(client: Client, dana: User) -> None:
    first, second, *rest = order()
    pk = Rule.objects.get(slug=second).pk
    client.post(reverse("admin:routing_rule_changelist"), {"up": pk})
    assert order() == [second, first, *rest]
    client.post(reverse("admin:routing_rule_changelist"), {"down": pk})
    assert order() == [first, second, *rest]


def test_rules_are_put_in_the_order_they_were_dragged_to(client: Client, dana: User) -> None:
    *others, last = order()
    wanted = [*reversed(others), last]
    pks = dict(Rule.objects.values_list("slug", "pk"))
    client.post(reverse("admin:routing_rule_changelist"), {"order": ",".join(str(pks[slug]) for slug in wanted)})
    assert order() == wanted


def test_no_rule_comes_to_stand_behind_the_catch_all(dana: User) -> None:
    *others, before, last = order()
    with pytest.raises(NotInOrder, match="stays the last"):
        move(Rule, Rule.objects.get(slug=before).pk, by=1)
    assert order() == [*others, before, last]


def test_an_order_made_from_an_old_list_is_refused(dana: User) -> None:
    pks = list(Rule.objects.order_by("position").values_list("pk", flat=True))
    with pytest.raises(NotInOrder, match="changed meanwhile"):
        put_in_order(Rule, pks[1:])


def test_a_territory_moves_among_its_siblings_only(dana: User) -> None:
    Territory.objects.all().update(archived_at=AT)
    us = Territory.objects.create(slug="a-us", name="US", position=100)
    texas = Territory.objects.create(slug="a-tx", name="Texas", parent=us, position=101)
    eu = Territory.objects.create(slug="a-eu", name="Europe", position=102)
    assert not move(Territory, texas.pk, by=1)
    assert move(Territory, eu.pk, by=-1)
    listed = Territory.objects.filter(archived_at=None).order_by("position", "pk")
    assert [row.slug for row in listed if row.parent is None] == ["a-eu", "a-us"]


def test_what_the_draft_still_needs_is_not_archived(client: Client, dana: User) -> None:
    last = Rule.objects.get(slug=order()[-1])
    sent = {"action": "archive", "_selected_action": last.pk}
    answer = client.post(reverse("admin:routing_rule_changelist"), sent, follow=True)
    assert "Not archived" in answer.content.decode()
    last.refresh_from_db()
    assert last.archived_at is None


# --- the draft as a whole -------------------------------------------------------------------------


def test_the_banner_says_that_the_draft_differs_until_it_is_published(client: Client, dana: User) -> None:
    publish(at=AT, by=dana)
    assert not standing().differs
    Rule.objects.filter(slug=order()[0]).update(name="Otherwise called")
    assert standing().differs
    assert "This is a draft." in client.get(reverse("admin:routing_territory_changelist")).content.decode()


def test_a_diff_says_what_came_went_changed_and_moved() -> None:
    def plan(*rules: tuple[str, int]) -> dict[str, Any]:
        return {
            "rules": [
                {
                    "slug": slug,
                    "name": slug.title(),
                    "when": {"all": [{"field": "budget", "op": "at_least", "value": least}]},
                    "to": {"team": "a"},
                    "delivery": "assign",
                    "order": "round_robin",
                    "requires": {
                        "on_shift": False,
                        "skills": {},
                        "skills_from": [],
                        "seniority": {"at_least": None, "at_most": None},
                    },
                    "offer_minutes": None,
                    "hide_contact": False,
                    "when_nobody": "wait",
                    "sla": None,
                }
                for slug, least in rules
            ]
        }

    found = compare(plan(("a", 1), ("b", 1), ("c", 1), ("d", 1)), plan(("c", 1), ("a", 1), ("b", 2), ("e", 1)))
    assert {(change.kind, change.name) for change in found} == {
        ("changed", "B"),
        ("new", "E"),
        ("gone", "D"),
        ("moved", "C"),
    }
    changed_one = next(change for change in found if change.kind == "changed")
    assert "budget is at least 1," in changed_one.before
    assert "budget is at least 2," in changed_one.after


def test_a_version_is_compared_and_made_the_draft_again_from_its_page(client: Client, dana: User) -> None:
    version = publish(at=AT, by=dana, note="As it was")
    before = draft_document()
    Rule.objects.filter(slug=order()[0]).update(name="Otherwise called")
    address = reverse("admin:plan_version", args=[version.number])
    page = client.get(address, {"with": "draft"}).content.decode()
    assert "Called Otherwise called" in page
    assert "As it was" in page
    client.post(address)
    assert draft_document() == before


def test_every_finding_leads_to_where_it_is_mended(client: Client, dana: User) -> None:
    rule = Rule.objects.get(slug=order()[0])
    Team.objects.filter(slug="general").update(archived_at=AT)
    page = client.get(reverse("admin:plan_check")).content.decode()
    assert "there is no team" in page
    assert reverse("admin:routing_rule_change", args=[rule.pk]) in page or "/admin/routing/rule/" in page


def test_a_lead_is_tried_on_the_draft_and_nothing_is_written(client: Client, dana: User) -> None:
    address = reverse("admin:plan_try")
    before = (Lead.objects.count(), Decision.objects.count(), Assignment.objects.count(), current())
    page = client.post(address, {"company": "Big", "company_size": "5000", "country": "US"}).content.decode()
    assert "Rules asked" in page
    assert "company size" in page
    assert (Lead.objects.count(), Decision.objects.count(), Assignment.objects.count(), current()) == before


def test_trying_a_lead_says_why_each_rep_would_not_get_it(client: Client, dana: User) -> None:
    Rep.objects.all().update(accepting=False)
    people_changed()
    asked = {"email": "sam@example.com", "company_size": "5000", "industry": "healthcare"}  # whatever the hour
    page = client.post(reverse("admin:plan_try"), asked).content.decode()
    assert "is not taking leads" in page


@pytest.mark.parametrize("key", [starter.key for starter in starters()])
def test_a_starter_plan_becomes_a_draft_that_can_be_published(client: Client, dana: User, key: str) -> None:
    reps = set(Rep.objects.values_list("username", flat=True))
    answer = client.post(reverse("admin:plan_start"), {"starter": key})
    assert answer.status_code == 302
    assert check_draft()[0] is not None
    assert set(Rep.objects.values_list("username", flat=True)) == reps, "nobody came unasked"
    publish(at=AT, by=dana)
    assert PlanVersion.objects.count() == 1


def test_who_may_only_look_at_the_plan_changes_nothing(client: Client, dana: User) -> None:
    reader = User.objects.create_user("reader", is_staff=True)
    client.force_login(reader)
    for name in ("plan_publish", "plan_start", "plan_try", "plan_check"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403
    assert client.post(reverse("admin:routing_rule_changelist"), {"up": 1}).status_code == 403
