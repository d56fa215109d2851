"""What is not yet theirs tells a rep nothing: blind leads, and contact details that a rule hides."""

import logging
import re

import pytest
from django.core import mail as django_mail
from django.urls import reverse
from django.utils.timezone import now

from reps.models import Delivery, Notification, Preference
from reps.notify import digest, dispatch, email, webhook
from reps.notify.choices import choose
from reps.notify.kinds import KINDS
from routing import outbox
from tests.cast import lead_in_pool, lead_of, source

SECRETS = {
    "first_name": "Zephyrine",
    "last_name": "Quackenbush",
    "email": "zq@quirkwood.example",
    "phone": "+15125550199",
    "external_id": "ext-77123",
    "attributes": {"badge": "Xylotile"},
    "consent": "Yes to Vexillum",
}
FACTS = {
    "company": "Quirkwood",
    "industry": "falconry",
    "city": "Yreka",
    "product": "jesses",
    "job_title": "Austringer",
}
HIDDEN = re.compile(r"zephyrine|quackenbush|zq@|5550199|ext-77123|xylotile|vexillum|clinic", re.IGNORECASE)
BLIND = re.compile(HIDDEN.pattern + "|quirkwood|falconry|yreka|jesses", re.IGNORECASE)

PAGES = ["/", "/claims/", "/pool/", "/my-numbers/", "/how-leads-are-distributed/", "/availability/"]
ASKED = [
    f"/pool/?search={word}" for word in ("Zephyrine", "zq@quirk", "5550199", "ext-77", "Xylotile", "clinic", "Yes")
]


def pages(browser, lead):
    """Everything that a rep can ask for, whole and as a fragment, of a lead that is not theirs."""
    own = [reverse(name, args=[lead.pk]) for name in ("lead", "lead-why")]
    for path in (*PAGES, *ASKED, *own):
        for headers in ({}, {"HX-Request": "true"}):
            yield path, browser.get(path, headers=headers)


def said(answer):
    """What an answer says, but for the words that were asked."""
    text = answer.content.decode() + str(answer.headers)
    return re.sub(r'value="/pool/[^"]*"|href="[?][^"]*"|name="search" value="[^"]*"', "", text)


def test_a_blind_lead_is_nowhere(people, desk_of, caplog):
    caplog.set_level(logging.DEBUG)
    lying = lead_in_pool(people.inside, "blind", **SECRETS, **FACTS)
    browser = desk_of(people.laura)
    for path, answer in pages(browser, lying):
        assert not BLIND.search(said(answer)), path
        assert answer.status_code == (404 if f"/{lying.pk}/" in path else 200), path
    assert not [record for record in caplog.records if BLIND.search(record.getMessage())]


def test_pages_are_the_same_bytes_with_and_without_blind_leads(people, desk_of):
    browser = desk_of(people.laura)
    token = re.compile(rb'value="[0-9a-zA-Z]{64}"')

    def bytes_of(path):
        return re.sub(rb"\d\d:\d\d(:\d\d)?", b"", token.sub(b"", browser.get(path).content))

    before = {path: bytes_of(path) for path in (*PAGES, *ASKED)}
    for _ in range(3):
        lead_in_pool(people.inside, "blind", first_name="Zephyrine", company="Quirkwood", band="hot")
    assert {path: bytes_of(path) for path in before} == before


@pytest.mark.parametrize("delivery", ["claim", "pick"])
def test_hidden_contact_details_are_nowhere_until_it_is_theirs(people, desk_of, caplog, delivery):
    caplog.set_level(logging.DEBUG)
    lying = lead_in_pool(people.inside, delivery, hide_contact=True, **SECRETS, **FACTS)
    browser = desk_of(people.laura)
    shown = 0
    for path, answer in pages(browser, lying):
        assert not HIDDEN.search(said(answer)), path
        shown += "Quirkwood" in answer.content.decode()
    assert shown >= 4, "the lead itself is there to be seen"
    assert not [record for record in caplog.records if HIDDEN.search(record.getMessage())]
    browser.post(reverse(delivery, args=[lying.pk]))
    page = browser.get(reverse("lead", args=[lying.pk])).content.decode()
    assert all(secret in page for secret in ("Zephyrine", "zq@quirkwood.example", "+15125550199", "Xylotile"))


def test_the_loser_of_a_claim_learns_who_was_first_and_nothing_of_the_lead(people, desk_of):
    lying = lead_in_pool(people.inside, "claim", hide_contact=True, **SECRETS, **FACTS)
    desk_of(people.daniel).post(reverse("claim", args=[lying.pk]))
    answer = desk_of(people.laura).post(reverse("claim", args=[lying.pk]), follow=True)
    assert b"Daniel Weiss was first" in answer.content
    assert not BLIND.search(answer.content.decode())


# --- what people are told of it -----------------------------------------------------------------

TOLD_OF_A_POOL = ("lead.pooled", "sla.remind")


def everything_told(people, desk_of, settings, lead, kind, **about):
    """All that is said of an event anywhere: the bell, the list, mails, the team's channel, the log of dead letters."""
    people.inside.channel_url = "https://hooks.example.com/x"
    people.inside.save()
    every_channel = {kind: ["page", "browser", "email"] for kind in KINDS}
    for rep in (people.laura, people.daniel):
        defaults = {"quiet_from": None, "quiet_until": None, "urgent_passes": True, "digest_hour": 8}
        choose(user=rep.user, at=now(), chosen=every_channel, **defaults)
    outbox.tell(kind, at=now(), lead_id=lead.pk, team_id=people.inside.pk, **about)
    dispatch.dispatch(now())
    Preference.objects.update(digest_due_at=now())
    digest.make_due(now())
    posted = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(webhook, "post", lambda url, payload: posted.append(str(payload)))
        webhook.send_due(now())
        email.send_due(now())
    browser = desk_of(people.laura)
    for path in ("/", "/notifications/", "/notifications/bell/"):
        yield path, said(browser.get(path))
    mails = [mail for mail in django_mail.outbox if people.laura.email in mail.to]
    yield "mail", str([(str(mail.message()), mail.body, mail.alternatives) for mail in mails])
    yield "channel", str(posted)
    rows = [model.objects.values() for model in (Notification, Delivery)]
    yield "rows", str([list(values) for values in rows])


@pytest.mark.parametrize("kind", TOLD_OF_A_POOL)
def test_of_a_blind_lead_is_told_that_there_is_one_and_no_more(people, desk_of, settings, caplog, kind):
    caplog.set_level(logging.DEBUG)
    hidden_source = source("vexing", name="Vexing fair")
    lying = lead_in_pool(people.inside, "blind", source=hidden_source, **SECRETS, **FACTS)
    told = dict(everything_told(people, desk_of, settings, lying, kind))
    for where, words in told.items():
        assert not BLIND.search(words) and "vexing" not in words.lower(), where
        assert f"/leads/{lying.pk}/" not in words, where
    assert "A lead" in told["/notifications/"] and "A lead" in told["mail"] and "A lead" in told["channel"]
    assert not [record for record in caplog.records if BLIND.search(record.getMessage())]


@pytest.mark.parametrize("kind", TOLD_OF_A_POOL)
@pytest.mark.parametrize("delivery", ["claim", "pick"])
def test_of_a_lead_that_hides_its_contact_no_name_is_told(people, desk_of, settings, caplog, kind, delivery):
    caplog.set_level(logging.DEBUG)
    lying = lead_in_pool(people.inside, delivery, hide_contact=True, **SECRETS, **FACTS)
    told = dict(everything_told(people, desk_of, settings, lying, kind))
    for where, words in told.items():
        assert not HIDDEN.search(words), where
    assert "A lead from Web" in told["/notifications/"] and "A lead from Web" in told["mail"]
    assert not [record for record in caplog.records if HIDDEN.search(record.getMessage())]


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"digest", "leads.repeated"}))
def test_of_a_lead_that_is_not_theirs_to_see_no_kind_tells_a_name(people, desk_of, settings, kind):
    """Whatever is told of it, and to whomever: the lead itself is Omar's, of another team."""
    theirs = lead_of(people.omar, team=people.outside, **SECRETS, **FACTS)
    event = "alert.odd" if kind == "alert" else kind
    for where, words in everything_told(people, desk_of, settings, theirs, event, rep_id=people.laura.pk):
        assert not BLIND.search(words), where


def test_nothing_that_goes_out_names_a_lead_outside_the_text(people, desk_of, settings):
    """Subjects and what goes to a channel never name one, whoever may see it."""
    hers = lead_of(people.laura, team=people.inside, **SECRETS, **FACTS)
    told = dict(everything_told(people, desk_of, settings, hers, "sla.remind", rep_id=people.laura.pk))
    assert "Zephyrine" in told["/notifications/"] and "Zephyrine" in told["mail"], "she may see it"
    assert not BLIND.search(told["channel"]) and not BLIND.search(told["rows"])
    assert not [mail for mail in django_mail.outbox if BLIND.search(mail.subject)]
