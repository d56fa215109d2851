"""Why me, and why not me, in plain words, and never more than the reader may know."""

from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils.timezone import now

from reps.why import AGAINST_YOU, Got, in_leads, why
from routing import assignment
from routing.engine.eligibility import REASONS
from routing.engine.sentences import Names
from routing.people_changes import set_accepting


def told(browser, lead, **headers):
    return " ".join(browser.get(reverse("lead-why", args=[lead.pk]), headers=headers).content.decode().split())


def test_its_owner_reads_the_rule_the_turn_and_their_balance(people, routed, desk_of):
    page = told(desk_of(people.laura), routed(first_name="Priya", email="p@clinic.example"))
    assert "Why me?" in page
    assert "The rule “Everything else” sent it to Inside." in page
    assert "Of all who could take it you were next, by fair share." in page
    assert "You were exactly at your share before this lead, and 0.7 leads ahead after it." in page
    assert "<dt>Works at a clinic</dt><dd>+40</dd>" in page
    assert "company size is at least 1000: not known" in page


def test_a_colleagues_reasons_and_balances_are_not_in_it(people, routed, desk_of):
    set_accepting(people.daniel, False, at=now())
    page = told(desk_of(people.laura), routed())
    assert "daniel" not in page.lower()
    assert "not taking leads" not in page.lower()


def test_a_manager_who_sells_reads_why_it_was_not_them(people, routed, desk_of):
    people.inside.managers.add(people.emma.user)
    set_accepting(people.emma, False, at=now())
    page = told(desk_of(people.emma), routed())
    assert "Why not me?" in page
    assert "It was not you, because you were not taking leads." in page


def test_why_not_me_though_i_could_have(people, routed, desk_of):
    people.inside.managers.add(people.emma.user)
    page = told(desk_of(people.emma), routed())
    assert "You could have taken it; Laura Ortiz was next, by fair share. You were" in page.replace("</p><p>", " ")


def test_why_not_me_in_another_team(people, routed, desk_of):
    people.outside.managers.add(people.emma.user)
    page = told(desk_of(people.emma), routed(company_size=2000))
    assert "You were not asked: you are not in the team it was for." in page


def test_what_was_claimed_was_claimed(people, routed, desk_of):
    lead = routed(product="shark", email="a@b.example")
    assignment.claim(lead_id=lead.pk, rep=people.laura, at=now())
    page = told(desk_of(people.laura), lead)
    assert "put it into the pool of Inside" in page
    assert "You claimed it: you were first." in page


def test_hidden_facts_are_not_told_by_the_conditions_that_read_them(people, routed, desk_of):
    lead = routed(product="shark", email="priya@clinic.example")
    browser = desk_of(people.laura)
    page = told(browser, lead)
    assert "The rule “Sharks” put it into the pool of Inside." in page
    assert not any(secret in page for secret in ("priya", "clinic", "Works at", "e-mail"))
    assignment.claim(lead_id=lead.pk, rep=people.laura, at=now())
    assert "priya@clinic.example" in told(browser, lead)


def test_who_may_not_see_the_lead_gets_no_answer(people, routed, desk_of):
    assert desk_of(people.omar).get(reverse("lead-why", args=[routed().pk])).status_code == 404
    blind = routed(product="blind")
    assert desk_of(people.laura).get(reverse("lead-why", args=[blind.pk])).status_code == 404


def test_htmx_gets_the_words_alone(people, routed, desk_of):
    page = told(desk_of(people.laura), routed(), **{"HX-Request": "true"})
    assert page.startswith('<div class="because"')


def test_a_lead_that_no_rule_was_asked_about_says_who_handed_it_over():
    answer = why(
        {"decision": None},
        me="laura",
        mine=True,
        got=Got("manual", "Dana", "knows them"),
        names=Names(),
        facts_shown=True,
    )
    assert answer.sentences == ("Dana handed it to you: knows them",)


def test_every_reason_against_a_rep_has_its_words():
    assert set(AGAINST_YOU) == set(REASONS)


@pytest.mark.parametrize(
    ("lag", "words"),
    [
        (Fraction(2, 5), "0.4 leads behind"),
        (Fraction(-2, 3), "0.7 leads ahead"),
        (Fraction(1), "1 lead behind"),
        (Fraction(1, 50), "exactly at your share"),
        (Fraction(0), "exactly at your share"),
    ],
)
def test_a_balance_is_said_in_leads(lag, words):
    assert in_leads(lag) == words
