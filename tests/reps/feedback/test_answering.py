"""The page behind the link: looked at without harm, answered once, within its time, whatever is written there."""

import threading
from datetime import timedelta

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from reps import timeline
from reps.feedback import views
from reps.feedback.answering import AnsweredAlready, answer
from reps.feedback.links import opt_out_path_of, path_of
from reps.models import FeedbackOptOut, FeedbackPolicy, FeedbackRequest
from routing.form import junk
from routing.models import Event, User
from tests.naughty import naughty
from tests.reps.feedback.conftest import DAY, LAURAS, dispatched, won
from tests.reps.notify.conftest import mails_to, texts

ALREADY = "You have answered already, thank you"


@pytest.fixture
def customers_browser():
    """A browser that was never here, and keeps to the rules about forged posts."""
    return Client(enforce_csrf_checks=True)


def test_a_customer_answers_with_a_number_and_a_word(asked, customers_browser):
    page = customers_browser.get(path_of(asked))
    assert page.status_code == 200 and not page.cookies
    thanked = customers_browser.post(path_of(asked), {"rating": "4", "words": "  Quick.  "})
    assert "Your answer is with Acme." in thanked.content.decode()
    asked.refresh_from_db()
    assert (asked.state, asked.rating, asked.words) == ("answered", 4, "Quick.")
    assert asked.answered_at is not None


def test_nothing_of_the_lead_is_on_the_page(asked, customers_browser):
    page = customers_browser.get(path_of(asked)).content.decode()
    assert "How was working with Laura?" in page
    for secret in ("Ortiz", *LAURAS.values()):
        assert secret not in page


def test_looking_answers_nothing_and_a_link_with_a_rating_chooses_it(asked, customers_browser):
    for method in (customers_browser.get, customers_browser.head):
        page = method(f"{path_of(asked)}?rating=4")
        assert page.status_code == 200
    page = customers_browser.get(f"{path_of(asked)}?rating=4").content.decode()
    assert page.count(" checked") == 1 and 'value="4" required checked' in page
    for nonsense in ("7", "0", "", "4.0", "' or 1=1", "\u0664"):
        assert " checked" not in customers_browser.get(path_of(asked), {"rating": nonsense}).content.decode()
    asked.refresh_from_db()
    assert asked.rating is None
    customers_browser.get(opt_out_path_of(asked))
    assert not FeedbackOptOut.objects.exists()


def test_the_second_time_they_are_told_that_they_answered_and_the_first_answer_stays(asked, customers_browser):
    customers_browser.post(path_of(asked), {"rating": "5"})
    for page in (customers_browser.post(path_of(asked), {"rating": "1"}), customers_browser.get(path_of(asked))):
        assert page.status_code == 200 and ALREADY in page.content.decode()
    assert FeedbackRequest.objects.get().rating == 5
    with pytest.raises(AnsweredAlready):
        answer(request=asked, rating=1, words="", at=now())


@pytest.mark.parametrize("rating", ["", "0", "6", "4.5", "five", None])
def test_what_is_none_of_the_five_is_asked_again_with_the_words_kept(asked, customers_browser, rating):
    sent = {"words": "Do not lose this"} | ({} if rating is None else {"rating": rating})
    page = customers_browser.post(path_of(asked), sent)
    assert page.status_code == 422
    assert "Please choose one of the five." in page.content.decode() and "Do not lose this" in page.content.decode()
    assert FeedbackRequest.objects.get().rating is None


def test_too_many_words_are_refused_and_none_is_cut(asked, customers_browser):
    page = customers_browser.post(path_of(asked), {"rating": "3", "words": "x" * 2001})
    assert page.status_code == 422 and "at most 2000 characters" in page.content.decode()


def test_a_link_that_was_tampered_with_opens_nothing(asked, customers_browser):
    token = path_of(asked).split("/")[2]
    pk, _, _ = token.partition(":")
    others = signing.dumps(asked.pk, salt="reps.offer_links")
    for forged in (
        token[:-1],
        token + "A",
        token.swapcase(),
        pk,
        others,
        signing.dumps("x", salt="reps.feedback.links"),
    ):
        for name in ("feedback", "feedback-no-more"):
            address = reverse(name, args=[forged])
            assert customers_browser.get(address).status_code == 404
            assert customers_browser.post(address, {"rating": "5"}).status_code == 404
    assert FeedbackRequest.objects.get().rating is None and not FeedbackOptOut.objects.exists()


def test_a_link_has_its_time_but_opting_out_has_none(asked, customers_browser, settings):
    FeedbackRequest.objects.update(sent_at=now() - 90 * DAY + timedelta(minutes=1))
    assert customers_browser.get(path_of(asked)).status_code == 200
    FeedbackRequest.objects.update(sent_at=now() - 90 * DAY)
    for page in (customers_browser.get(path_of(asked)), customers_browser.post(path_of(asked), {"rating": "5"})):
        assert page.status_code == 410 and "The time to answer is over." in page.content.decode()
    assert FeedbackRequest.objects.get().rating is None
    settings.FEEDBACK_LINK_DAYS = 120
    assert customers_browser.get(path_of(asked)).status_code == 200
    settings.FEEDBACK_LINK_DAYS = 1
    assert customers_browser.post(opt_out_path_of(asked)).status_code == 200
    assert FeedbackOptOut.objects.count() == 1


def test_what_was_dropped_is_not_answered(policy, customer, customers_browser):
    request = won(customer())
    FeedbackRequest.objects.update(state="dropped")
    assert customers_browser.post(path_of(request), {"rating": "5"}).status_code == 410
    with pytest.raises(AnsweredAlready):
        answer(request=request, rating=5, words="", at=now())


def test_opting_out_asks_first_then_is_kept_without_an_address_and_respected(
    asked, policy, customer, customers_browser
):
    FeedbackPolicy.objects.update(not_again_days=0)
    page = customers_browser.get(opt_out_path_of(asked)).content.decode()
    assert "Shall we stop asking?" in page and "Acme" in page
    for _ in range(2):
        page = customers_browser.post(opt_out_path_of(asked)).content.decode()
        assert "You will not be asked again" in page
    kept = FeedbackOptOut.objects.get()
    assert "priya" not in kept.person and len(kept.person) == 64
    assert customers_browser.post(path_of(asked), {"rating": "4"}).status_code == 200, "they may still answer this one"
    again = customer(is_open=False)
    assert won(again) is None
    asked.lead.delete()
    assert won(customer(is_open=False)) is None, "and so it stays when their data is gone"


def test_naughty_words_are_kept_as_text_and_shown_as_text(asked, customers_browser, people, desk_of):
    for place, text in enumerate([*naughty(), "a\x00b", "\u202eright to left", "line\r\nbreak"]):
        FeedbackRequest.objects.update(state="asked", rating=None, answered_at=None, words="")
        elsewhere = f"10.0.{place // 250}.{place % 250}"
        sent = {"rating": "3", "words": text[:2000]}
        page = customers_browser.post(path_of(asked), sent, REMOTE_ADDR=elsewhere)
        assert page.status_code == 200
        kept = FeedbackRequest.objects.get().words
        assert kept == text[:2000].replace("\x00", "\ufffd").strip()
    FeedbackRequest.objects.update(words="<script>alert(1)</script>")
    seen = desk_of(people.laura).get(reverse("lead", args=[asked.lead_id])).content.decode()
    assert "&lt;script&gt;alert(1)" in seen and "<script>alert(1)" not in seen


def test_many_posts_from_one_place_are_refused_for_a_while(asked, customers_browser, monkeypatch):
    monkeypatch.setattr(views, "TOO_OFTEN", 3)
    statuses = [customers_browser.post(path_of(asked), {"rating": "9"}).status_code for _ in range(5)]
    assert statuses == [422, 422, 422, 429, 429]
    assert customers_browser.post(opt_out_path_of(asked)).status_code == 200, "a provider may post for all its readers"
    assert customers_browser.post(path_of(asked), {"words": "x" * (junk.TOO_OFTEN + 70_000)}).status_code == 413


def test_the_timeline_tells_it_to_who_may_see_the_lead(asked, people, desk_of):
    answer(request=asked, rating=2, words="I had to ask twice.", at=now())
    told = [(entry.what, entry.body) for entry in timeline.timeline(asked.lead)[:2]]
    assert told == [("The customer gives 2 of 5: unhappy", "I had to ask twice."), ("Asked for feedback", "")]
    address = reverse("lead", args=[asked.lead_id])
    assert "I had to ask twice." in desk_of(people.laura).get(address).content.decode()
    assert desk_of(people.omar).get(address).status_code == 404


@pytest.mark.parametrize(("rating", "told"), [(1, True), (2, True), (3, False), (5, False)])
def test_a_poor_rating_is_told_to_the_leads_manager_and_to_nobody_else(asked, people, rating, told):
    User.objects.filter(pk=people.dana.pk).update(email="dana@acme.example")
    answer(request=asked, rating=rating, words="", at=now())
    dispatched()
    assert texts(people.dana) == (
        [f"Priya: the customer gives {rating} of 5 for the work of Laura Ortiz."] if told else []
    )
    assert texts(people.laura) == texts(people.omar) == []
    assert Event.objects.filter(kind="feedback.low").count() == told
    assert len(mails_to(people.dana)) == told


def test_the_page_costs_a_few_queries(asked, customers_browser):
    with CaptureQueriesContext(connection) as captured:
        customers_browser.get(path_of(asked))
    assert len(captured) <= 3


@pytest.mark.django_db(transaction=True)
def test_of_eight_answers_at_once_one_counts(asked):
    start, outcomes = threading.Barrier(8), []

    def one(rating):
        try:
            start.wait()
            answer(request=asked, rating=rating, words=f"the one of {rating}", at=now())
            outcomes.append(rating)
        except AnsweredAlready:
            outcomes.append(None)
        except Exception as error:
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(number % 2 + 1,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counted = [outcome for outcome in outcomes if outcome is not None]
    assert len(counted) == 1 and len(outcomes) == 8, outcomes
    kept = FeedbackRequest.objects.get()
    assert (kept.rating, kept.words) == (counted[0], f"the one of {counted[0]}")
    assert Event.objects.filter(kind="feedback.low").count() == 1
