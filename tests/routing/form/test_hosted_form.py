"""The hosted form: whoever fills it in becomes a lead; whatever nobody filled in is held back, and nothing is lost."""

import json
import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.timezone import now

from routing.form import junk
from routing.form.asking import USUAL, read_fields
from routing.intake.leads import understand_stored
from routing.models import Capture, Lead, Source

pytestmark = pytest.mark.django_db

EMMA = {"first_name": "Emma", "last_name": "Marsh", "email": "emma@oldmill.example", "company": "Old Mill"}


@pytest.fixture
def web() -> Source:
    return Source.objects.create(slug="web", name="Website", default_country="US", form_open=True)


@pytest.fixture
def stamp() -> str:
    """The stamp of a page that was made a minute ago."""
    return junk.stamp_for("web", at=now() - timedelta(minutes=1))


def send(client: Client, stamp: str, _to: str = "/f/web/", **fields: str):
    written = EMMA | fields
    return client.post(_to, "&".join(f"{k}={v}" for k, v in written.items()) + f"&{junk.STAMP}={stamp}",
                       content_type="application/x-www-form-urlencoded")  # fmt: skip


def held() -> str:
    capture = Capture.objects.get()
    assert capture.status == Capture.Status.QUARANTINED
    return capture.error["junk"][0]


def test_who_fills_it_in_becomes_a_lead(client, web, stamp):
    answer = send(client, stamp)
    assert answer.headers["Location"] == "/f/web/thanks/"
    lead = Lead.objects.get()
    assert (lead.first_name, lead.email, lead.company, lead.channel) == ("Emma", EMMA["email"], "Old Mill", "form")
    assert "Thank you" in client.get("/f/web/thanks/").content.decode()


def test_what_came_is_kept_as_it_came(client, web, stamp):
    send(client, stamp, nobody_asked="this")
    kept = json.loads(Capture.objects.get().body)
    assert "nobody_asked=this" in kept["form"]
    assert "nobody_asked" not in kept["facts"]


def test_a_page_fresh_from_here_can_be_sent(client, web, monkeypatch):
    page = client.get("/f/web/").content.decode()
    stamp = re.search(r'name="stamp" value="([^"]+)"', page).group(1)
    monkeypatch.setattr(junk, "NO_ONE_IS_SO_FAST", timedelta(0))
    send(client, stamp)
    assert Lead.objects.count() == 1


def test_what_is_wrong_stands_beside_its_box_and_what_was_typed_stays(client, web, stamp):
    answer = send(client, stamp, email="emma(at)oldmill", first_name="Em %26 ma")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="emma(at)oldmill"' in page
    assert 'value="Em &amp; ma"' in page
    assert 'id="ask-email-error">This is no e-mail address' in page
    assert 'aria-describedby=" ask-email-error"' in page
    assert not Lead.objects.exists()
    assert Capture.objects.get().status == Capture.Status.REJECTED


def test_who_mends_one_word_at_once_is_not_taken_for_a_program(client, web, stamp):
    page = send(client, stamp, email="").content.decode()
    assert f'value="{stamp}"' in page
    assert send(client, stamp).status_code == 302
    assert Lead.objects.count() == 1


def test_the_same_page_sent_twice_is_one_lead_and_one_capture(client, web, stamp):
    assert send(client, stamp).status_code == send(client, stamp).status_code == 302
    assert (Lead.objects.count(), Capture.objects.count()) == (1, 1)


def test_a_refused_page_sent_again_is_refused_again(client, web, stamp):
    first, second = send(client, stamp, email="no"), send(client, stamp, email="no")
    assert first.status_code == second.status_code == 422
    assert "This is no e-mail address" in second.content.decode()


def test_a_person_with_an_open_lead_is_attached_to_it(client, web, stamp):
    send(client, stamp)
    send(client, junk.stamp_for("web", at=now() - timedelta(minutes=2)))
    assert Lead.objects.count() == 1
    assert sorted(Capture.objects.values_list("status", flat=True)) == ["duplicate", "lead"]


def test_consent_is_asked_and_kept_with_the_lead_as_it_was_read(client, web, stamp):
    web.form_consent = "I agree that Acme calls me."
    web.save()
    refused = send(client, stamp)
    assert "We can only answer if you agree" in refused.content.decode()
    assert not Lead.objects.exists()
    send(client, stamp, consent="on")
    assert Lead.objects.get().consent.startswith("I agree that Acme calls me.\nAgreed on 20")


def test_a_source_may_send_people_elsewhere_afterwards(client, web, stamp):
    web.form_redirect = "https://www.acme.example/thanks?from=form"
    web.save()
    assert send(client, stamp).headers["Location"] == web.form_redirect
    policy = client.get("/f/web/").headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.acme.example;" in policy


def test_a_link_says_which_campaign_it_belongs_to(client, web, stamp):
    send(client, stamp, _to="/f/web/?utm_source=newsletter&other=x")
    assert Lead.objects.get().attributes == {"utm_source": "newsletter"}


# --- what nobody filled in ------------------------------------------------------------------------


def test_a_filled_in_honeypot_is_held_back_and_thanked(client, web, stamp):
    answer = send(client, stamp, **{junk.HONEYPOT: "http://spam.example"})
    assert answer.headers["Location"] == "/f/web/thanks/"
    assert "people do not see" in held()
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("age", "why"),
    [
        (timedelta(seconds=1), "1.0 seconds after"),
        (timedelta(hours=30), "30 hours old"),
        (None, "not sent from our page"),
    ],
    ids=["too fast", "too old", "forged"],
)
def test_a_stamp_that_no_person_would_send_is_held_back(web, age, why):
    at = now()
    stamp = junk.stamp_for("web", at=at - age) if age else "1234:abcd"
    assert why in junk.against({junk.STAMP: stamp}, "web", count=1, at=at)


def test_a_stamp_of_another_form_is_none(web):
    at = now()
    stamp = junk.stamp_for("other", at=at - timedelta(minutes=1))
    assert junk.against({junk.STAMP: stamp}, "web", count=1, at=at) == "It was not sent from our page."


def test_what_is_held_back_can_be_let_through_later(client, web, stamp):
    send(client, "forged")
    Capture.objects.update(status="stored", error=None, received_at=now() - timedelta(minutes=1))
    understand_stored()
    assert Lead.objects.get().email == EMMA["email"]


def test_many_from_one_address_are_held_back_and_after_that_turned_away(client, web, monkeypatch):
    monkeypatch.setattr(junk, "OFTEN", 2)
    monkeypatch.setattr(junk, "TOO_OFTEN", 4)
    codes = []
    for number in range(6):
        stamp = junk.stamp_for("web", at=now() - timedelta(minutes=1))
        codes.append(send(client, stamp, email=f"e{number}@oldmill.example", company=f"C{number}").status_code)
    assert codes == [302, 302, 302, 302, 429, 429]
    statuses = list(Capture.objects.order_by("pk").values_list("status", flat=True))
    assert statuses == ["lead", "lead", "quarantined", "quarantined"]


def test_somebody_at_another_address_is_not_counted_with_them(client, web, stamp, monkeypatch):
    monkeypatch.setattr(junk, "OFTEN", 1)
    send(client, stamp)
    send(client, "forged")
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    send(elsewhere, stamp, email="other@else.example", company="Else")
    assert Lead.objects.count() == 2


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain"])
def test_what_is_no_form_is_kept_and_held_back(client, web, kind):
    assert client.post("/f/web/", b"\xff{}", content_type=kind).status_code == 302
    held()


def test_what_is_far_too_large_is_turned_away(client, web):
    answer = client.post("/f/web/", b"a=" + b"x" * 70_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert not Capture.objects.exists()


# --- which form, and where ------------------------------------------------------------------------


@pytest.mark.parametrize("change", [{"form_open": False}, {"active": False}, {"slug": "else"}])
def test_a_form_that_is_not_open_is_not_there(client, web, change, stamp):
    Source.objects.update(**change)
    assert client.get("/f/web/").status_code == 404
    assert send(client, stamp).status_code == 404
    assert not Capture.objects.exists()


def test_nobody_embeds_it_unless_the_source_says_who(client, web):
    closed = client.get("/f/web/")
    assert "frame-ancestors 'none'" in closed.headers["Content-Security-Policy"]
    assert closed.headers["X-Frame-Options"] == "DENY"
    web.form_origins = ["https://www.acme.example"]
    web.save()
    opened = client.get("/f/web/", headers={"Sec-Fetch-Dest": "iframe"})
    assert "frame-ancestors 'self' https://www.acme.example" in opened.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in opened.headers
    assert 'class="ask embedded"' in opened.content.decode()


def test_it_needs_no_cookie(client, web, stamp):
    strict = Client(enforce_csrf_checks=True)
    assert not strict.get("/f/web/").cookies
    assert send(strict, stamp).status_code == 302


@pytest.mark.parametrize(
    "origin", ["https://*", "acme.example", "https://a.example/path", "'none'; x", "javascript:1", 7]
)
def test_an_origin_that_is_none_is_refused(web, origin):
    web.form_origins = [origin]
    with pytest.raises(ValidationError):
        web.full_clean()


@pytest.mark.parametrize("address", ["javascript:alert(1)", "//else.example", "data:text/html,x"])
def test_people_are_not_sent_to_what_is_no_address(web, address):
    web.form_redirect = address
    with pytest.raises(ValidationError):
        web.full_clean()


# --- what is asked --------------------------------------------------------------------------------


def test_the_fields_are_the_managers(client, web, stamp):
    web.form_fields = [
        {"field": "phone", "label": "Call me at", "required": True, "help": "With area code"},
        {"field": "attributes.topic", "choices": ["Demo", "Price"], "required": True},
    ]
    web.save()
    page = client.get("/f/web/").content.decode()
    assert "Call me at" in page
    assert "<option>Price</option>" in page
    assert 'name="email"' not in page
    refused = send(client, stamp, phone="512 555 0142", **{"attributes.topic": "Else"})
    assert "Please choose one" in refused.content.decode()
    send(client, stamp, phone="512 555 0142", **{"attributes.topic": "Price"})
    lead = Lead.objects.get()
    assert (lead.phone, lead.attributes, lead.email) == ("+15125550142", {"topic": "Price"}, "")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ({"field": "email"}, "Write a list"),
        ([{"field": "shoe_size"}], "is not a field"),
        ([{"field": "score"}], "worked out here"),
        ([{"field": "external_id"}], "worked out here"),
        ([{"field": "email"}, {"field": "email"}], "asked twice"),
        ([{"field": "email", "colour": "red"}], "not known here"),
        ([{"field": "email", "required": "yes"}], "true or false"),
        ([{"field": "industry", "choices": "a, b"}], "list of"),
        ([{"field": "industry"}], "nobody could answer"),
    ],
)
def test_a_form_that_could_not_work_is_refused_with_the_reason(written, why):
    with pytest.raises(ValidationError, match=why):
        read_fields(written)


def test_a_form_written_wrongly_past_the_admin_still_asks_something(client, web):
    web.form_fields = [{"field": "shoe_size"}]
    web.save()
    assert client.get("/f/web/").content.decode().count('class="question') == len(USUAL)


def test_what_people_type_is_text_and_nothing_else(client, web, stamp):
    page = send(client, stamp, email="", first_name="<script>alert(1)</script>").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
