"""An offer is accepted, declined, passed on and taken back at the same moment: one happens, the rest are told."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from routing import assignment, pipeline
from routing.models import Assignment, Lead, Offer
from tests.proofs.company import PEOPLE, leads, publish, rep, the_books_agree

OFFERS = PEOPLE + "rules: [{name: Offers, to: inside, delivery: offer, offer_minutes: 1}]\n"


def one_thing_happens(rounds: int) -> Counter[str]:
    """Everybody acts on one open offer at once, again and again; what happened, counted."""
    publish(OFFERS)
    happened: Counter[str] = Counter()
    for _ in range(rounds):
        (lead,) = leads(1)
        pipeline.route()
        offer = Offer.objects.get(lead=lead)
        to, at = rep(offer.rep.username), now()
        acts = {
            "accepted": lambda lead=lead, to=to, at=at: assignment.accept(lead_id=lead.pk, rep=to, at=at),
            "declined": lambda lead=lead, to=to, at=at: assignment.decline(
                lead_id=lead.pk, rep=to, reason="no time", at=at
            ),
            "passed on": lambda offer=offer, at=at: assignment.expire(offer_id=offer.pk, at=at + timedelta(minutes=2)),
            "taken back": lambda lead=lead, at=at: assignment.hand_over(
                lead_id=lead.pk, rep=rep("omar"), by=None, at=at
            ),
        }
        done, errors = [], []
        start = threading.Barrier(len(acts))

        def act(name, doing, done=done, errors=errors, start=start):
            try:
                start.wait()
                if doing() is not False:
                    done.append(name)
            except assignment.AssignmentError:
                return
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=act, args=item) for item in acts.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        # A manager may hand over what was just accepted, declined or passed on; of the other three one is first.
        answers = [name for name in done if name != "taken back"]
        assert len(answers) <= 1, done
        offer.refresh_from_db()
        assert offer.state != Offer.State.OPEN
        assert Assignment.objects.filter(lead=lead, ended_at=None).count() <= 1
        happened.update(answers or ["taken back"])
        the_books_hold(lead)
    return happened


def the_books_hold(lead: Lead) -> None:
    """Loads and ledgers are those of the leads that somebody has, or has on offer."""
    Lead.objects.filter(pk=lead.pk, status=Lead.Status.NEW).update(is_open=False)
    the_books_agree()


@pytest.mark.django_db(transaction=True)
def test_of_all_that_may_become_of_an_offer_one_thing_happens():
    one_thing_happens(5)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_all_that_may_become_of_two_hundred_offers_one_thing_happens_each():
    happened = one_thing_happens(200)
    print(dict(happened))  # noqa: T201
    assert len(happened) >= 2
