"""Managers choose when customers are asked, and read what those said; each of their teams."""

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps.models import FeedbackOptOut, FeedbackPolicy, FeedbackRequest
from routing.models import User
from tests.cast import lead_of, person

LIST = "/admin/reps/feedbackrequest/"
POLICIES = "/admin/reps/feedbackpolicy/"


def admin_of(user, role):
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.fixture
def danas(people):
    return admin_of(people.dana, "manager")


def said(rep, team, rating=5, words="", number=0, **fields):
    """What a customer of this rep said."""
    at = now()
    return FeedbackRequest.objects.create(
        lead=lead_of(rep, team=team, first_name=f"Customer {number}"),
        rep=rep,
        team=team,
        **{
            "occasion": "won",
            "happened_at": at,
            "due_at": at,
            "sent_at": at,
            "answered_at": at,
            "state": "answered",
            "rating": rating,
            "words": words,
            "person": f"{number:064}",
        }
        | fields,
    )


def test_a_manager_reads_what_customers_of_their_teams_said_and_of_no_other(danas, people):
    said(people.laura, people.inside, 2, "Too many calls.", 1)
    said(people.omar, people.outside, 5, "Omar was great.", 2)
    page = danas.get(LIST).content.decode()
    assert "Too many calls." in page and "Unhappy" in page
    assert "Omar was great." not in page and "Customer 2" not in page
    assert danas.get(reverse("admin:reps_feedbackrequest_change", args=[2])).status_code == 302


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({}, {1, 2, 3}),
        ({"rating": "poor"}, {1, 2}),
        ({"rating": "5"}, {3}),
        ({"stands": "asked"}, {4}),
        ({"stands": "all"}, {1, 2, 3, 4}),
        ({"occasion__exact": "lost"}, {2}),
        ({"q": "calls"}, {1}),
        ({"rating": "nonsense", "stands": "nonsense"}, {1, 2, 3}),
    ],
)
def test_the_list_is_filtered(danas, people, filters, shown):
    said(people.laura, people.inside, 1, "Too many calls.", 1)
    said(people.laura, people.inside, 2, "", 2, occasion="lost")
    said(people.emma, people.inside, 5, "", 3)
    said(people.emma, people.inside, None, "", 4, state="asked", answered_at=None)
    page = danas.get(LIST, filters).content.decode()
    assert {number for number in range(1, 5) if f"Customer {number}" in page} == shown


def test_the_list_costs_the_same_at_2_and_at_30_rows(danas, people):
    def cost(rows):
        for _ in range(rows):
            said(people.laura, people.inside, 3, "x", FeedbackRequest.objects.count())
        with CaptureQueriesContext(connection) as captured:
            assert danas.get(LIST).status_code == 200
        return len(captured)

    cost(2)
    assert cost(0) == cost(28)


def test_what_a_customer_wrote_is_shown_as_text(danas, people):
    row = said(people.laura, people.inside, 3, "<script>alert(1)</script>")
    for address in (LIST, reverse("admin:reps_feedbackrequest_change", args=[row.pk])):
        page = danas.get(address).content.decode()
        assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page


def test_a_customer_who_says_so_on_the_phone_is_not_asked_again(danas, people):
    row = said(people.laura, people.inside)
    filled = {"action": "do_not_ask", "_selected_action": [row.pk]}
    assert "Will not be asked again: the customers of 1." in danas.post(LIST, filled, follow=True).content.decode()
    assert FeedbackOptOut.objects.get().person == row.person


def filled(team, **fields):
    return {
        "team": team.pk if team else "",
        "active": "on",
        "company": " Acme \n Ltd ",
        "after_won": "on",
        "hours": "24",
        "not_again_days": "30",
    } | fields


def test_a_manager_sets_it_up_for_a_team_of_theirs_and_for_no_other(danas, people):
    assert danas.post(f"{POLICIES}add/", filled(people.inside)).status_code == 302
    made = FeedbackPolicy.objects.get()
    assert (made.team, made.active, made.company) == (people.inside, True, "Acme Ltd")
    for other in (people.outside, None):
        assert danas.post(f"{POLICIES}add/", filled(other)).status_code == 200
    assert FeedbackPolicy.objects.count() == 1
    assert "24 hours after: won" in danas.get(POLICIES).content.decode()


def test_that_of_all_other_teams_is_for_ops_and_managers_read_it(danas, people):
    rest = FeedbackPolicy.objects.create(company="Acme")
    address = reverse("admin:reps_feedbackpolicy_change", args=[rest.pk])
    assert danas.get(address).status_code == 200
    assert danas.post(address, filled(None)).status_code == 403
    assert admin_of(person("olga"), "ops").post(address, filled(None)).status_code == 302
    rest.refresh_from_db()
    assert rest.active


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"company": "  "}, "company"),
        ({"after_won": False}, "after_won"),
        ({"hours": 721}, "__all__"),
    ],
)
def test_what_is_switched_on_asks_after_something_in_somebodys_name_and_soon(people, fields, at):
    with pytest.raises(ValidationError) as refused:
        FeedbackPolicy(**{"active": True, "company": "Acme"} | fields).full_clean()
    assert set(refused.value.message_dict) == {at}


def test_nothing_has_to_be_said_of_what_is_off(people):
    FeedbackPolicy(active=False, after_won=False).full_clean()
