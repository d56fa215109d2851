"""A mail that comes in is logged with its lead, once; what is not understood is kept, and nothing automatic counts."""

import io
import json
from datetime import timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from reps.mail import receiving
from reps.mail.addresses import address_of, renew
from reps.management.commands import receive_mail
from reps.models import Activity, StrayMail
from routing.models import Lead, User
from tests.cast import MONDAY_MORNING, lead_of

AT = MONDAY_MORNING + timedelta(hours=1)
SECRET = "a-long-secret-of-this-test"


@pytest.fixture(autouse=True)
def mail_comes_in(settings):
    settings.INBOUND_MAIL_DOMAIN = "in.acme.example"
    settings.INBOUND_MAIL_SECRET = SECRET


@pytest.fixture
def priya(people):
    for rep in (people.laura, people.daniel):
        renew(rep, at=MONDAY_MORNING)
    return lead_of(people.laura, team=people.inside, first_name="Priya", email="priya@clinic.example")


def mail(sender="Laura <Laura@acme.example>", to="Priya <priya@clinic.example>", **headers):
    given = {
        "From": sender,
        "To": to,
        "Subject": "Your quote",
        "Date": format_datetime(MONDAY_MORNING + timedelta(minutes=30)),
        "Message-ID": "<1@acme.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\nDear Priya, the price is 5.\r\n").encode()


def receive(people, raw, rep=None, **envelope):
    to = {"envelope_to": (address_of(rep or people.laura),)}
    return receiving.receive(raw, at=AT, **to | envelope).status


def test_what_a_rep_sent_with_a_copy_to_their_address_answers_the_lead(people, priya):
    assert receive(people, mail()) == "logged"
    sent = Activity.objects.get()
    assert (sent.lead, sent.kind, sent.direction, sent.rep, sent.by) == (priya, "email", "out", people.laura, None)
    assert (sent.body, sent.self_reported, sent.at) == ("Your quote", False, MONDAY_MORNING + timedelta(minutes=30))
    assert Lead.objects.get(pk=priya.pk).first_touch_at == sent.at


def test_the_same_mail_twice_is_once(people, priya):
    assert [receive(people, mail()), receive(people, b"Received: again\r\n" + mail())] == ["logged", "known"]
    assert Activity.objects.count() == 1


def test_one_mail_to_two_leads_is_one_with_each(people, priya):
    jonas = lead_of(people.laura, email="jonas@clinic.example")
    receive(people, mail(Cc="jonas@clinic.example, boss@clinic.example"))
    assert set(Activity.objects.values_list("lead", flat=True)) == {priya.pk, jonas.pk}


def test_the_body_is_kept_only_where_the_site_says_so(people, priya, settings):
    settings.INBOUND_MAIL_KEEP_BODY = True
    receive(people, mail())
    assert Activity.objects.get().body == "Your quote\n\nDear Priya, the price is 5."


def test_an_answer_of_the_lead_comes_in_and_answers_nothing(people, priya):
    raw = mail("priya@clinic.example", address_of(people.laura), Subject="Re: Your quote")
    assert receive(people, raw, envelope_to=()) == "logged"
    answer = Activity.objects.get()
    assert (answer.direction, answer.rep, answer.is_qualifying_touch) == ("in", None, False)
    assert Lead.objects.get(pk=priya.pk).first_touch_at is None


@pytest.mark.parametrize(
    "sign",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Content_Type": "multipart/report; report-type=delivery-status"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"Subject": "Automatic reply: Your quote"},
        {"From": "MAILER-DAEMON@clinic.example"},
    ],
    ids=lambda sign: next(iter(sign)),
)
@pytest.mark.parametrize("sender", ["laura@acme.example", "priya@clinic.example"], ids=["rep", "lead"])
def test_what_no_person_wrote_is_never_a_touch(people, priya, sign, sender):
    assert receive(people, mail(sender, **sign)) == "left aside"
    assert not Activity.objects.exists()
    assert StrayMail.objects.get().state == "aside"


def test_a_bounce_is_known_by_its_envelope(people, priya):
    assert receive(people, mail(), envelope_from="") == "left aside"
    assert receive(people, mail(Auto_Submitted="no"), envelope_from="laura@acme.example") == "logged"


@pytest.mark.parametrize(
    ("raw", "to", "reason"),
    [
        (mail(to="stranger@else.example"), None, "None of those it went to"),
        (mail("stranger@else.example"), None, "neither from Laura Ortiz nor"),
        (mail(""), None, "from whom"),
        (mail(), "log+nobodysaddress@in.acme.example", "no rep's address"),
        (mail(), "laura@acme.example", "no rep's address"),
        (b"", None, "from whom"),
    ],
    ids=["to a stranger", "from a stranger", "from nobody", "unknown address", "other address", "nothing"],
)
def test_what_is_not_understood_is_kept_with_its_reason(people, priya, raw, to, reason):
    for _ in range(2):
        assert receive(people, raw, **({"envelope_to": (to,)} if to else {})) == "kept"
    stray = StrayMail.objects.get()
    assert reason in stray.reason
    assert bytes(stray.raw) == raw
    assert not Activity.objects.exists()


def test_nobody_logs_with_a_lead_that_is_not_theirs_or_is_closed(people, priya):
    assert receive(people, mail("daniel@acme.example"), people.daniel) == "kept"
    Lead.objects.filter(pk=priya.pk).update(is_open=False)
    assert receive(people, mail()) == "kept"
    assert not Activity.objects.exists()


def test_a_renewed_address_takes_no_mail_any_more(people, priya):
    old = address_of(people.laura)
    renew(people.laura, at=AT)
    assert receive(people, mail(), envelope_to=(old,)) == "kept"
    assert receive(people, mail()) == "logged"


def test_a_date_that_is_to_come_or_none_is_that_of_its_coming(people, priya):
    for place, date in enumerate((format_datetime(AT + timedelta(days=3)), "yesterday", "")):
        receive(people, mail(Date=date, Message_ID=f"<{place}@x>"))
    assert set(Activity.objects.values_list("at", flat=True)) == {AT}


# --- the ways in ------------------------------------------------------------------------------------------------------


def post(body, kind="message/rfc822", secret=SECRET, **query):
    address = reverse("inbound-mail", args=[secret])
    return Client().post(address, body, content_type=kind, query_params=query)


def test_a_message_is_posted_as_it_is(people, priya):
    assert post(mail(), to=address_of(people.laura)).json() == {"status": "logged", "why": ""}


def test_a_service_posts_its_own_way(people, priya):
    address = address_of(people.laura)
    pairs = [line.split(": ", 1) for line in mail().decode().split("\r\n\r\n")[0].splitlines()]
    mailgun = {"recipient": address, "sender": "laura@acme.example", "message-headers": json.dumps(pairs)}
    client = Client()
    assert client.post(reverse("inbound-mail", args=[SECRET]), mailgun).json()["status"] == "logged"
    postmark = {"OriginalRecipient": address, "From": "laura@acme.example", "To": "priya@clinic.example"}
    postmark |= {"Headers": [{"Name": "Message-ID", "Value": "<2@acme.example>"}], "Subject": "Again"}
    assert post(json.dumps(postmark), "application/json").json()["status"] == "logged"
    assert Activity.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "kind"),
    [("{", "application/json"), ("[1]", "application/json"), ("a=b", "application/x-www-form-urlencoded")],
)
def test_a_post_that_is_no_mail_is_kept_too(db, body, kind):
    assert post(body, kind).json()["status"] == "kept"
    assert bytes(StrayMail.objects.get().raw) == body.encode()


def test_without_the_secret_there_is_nothing(db, settings):
    assert post(mail(), secret="guessed").status_code == 404
    settings.INBOUND_MAIL_SECRET = ""
    assert post(mail(), secret="none").status_code == 404
    assert Client().get(reverse("inbound-mail", args=[SECRET])).status_code == 405
    assert not StrayMail.objects.exists()


def test_a_service_comes_again_while_the_database_is_away(people, priya, monkeypatch):
    monkeypatch.setattr(receiving, "rep_at", away)
    assert post(mail()).status_code == 503


def away(*_):
    raise OperationalError("gone")


def pipe(monkeypatch, raw, *arguments):
    monkeypatch.setattr(receive_mail.sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
    said = io.StringIO()
    call_command("receive_mail", *arguments, stdout=said, stderr=said)
    return said.getvalue()


def test_a_mail_server_pipes_it(people, priya, monkeypatch):
    arguments = ["--to", address_of(people.laura), "--from", "laura@acme.example"]
    Lead.objects.filter(pk=priya.pk).update(assigned_at=MONDAY_MORNING)
    assert pipe(monkeypatch, mail(), *arguments) == "logged\n"
    assert pipe(monkeypatch, mail(), "--to", "who@else.example").startswith("kept: It came to no rep's address")


def test_a_mail_server_keeps_it_in_its_queue_while_the_database_is_away(people, priya, monkeypatch):
    monkeypatch.setattr(receiving, "rep_at", away)
    with pytest.raises(SystemExit) as left:
        pipe(monkeypatch, mail())
    assert left.value.code == 75


# --- at the desk, and in the admin ------------------------------------------------------------------------------------


def test_a_rep_is_given_an_address_and_another(people, desk_of, settings):
    desk = desk_of(people.laura)
    assert b"Give me an address" in desk.get(reverse("availability")).content
    desk.post(reverse("mail-address"))
    first = address_of(people.laura)
    assert first.encode() in desk.get(reverse("availability")).content
    desk.post(reverse("mail-address"))
    assert address_of(people.laura) not in ("", first)
    assert first.encode() not in desk.get(reverse("availability")).content
    settings.INBOUND_MAIL_DOMAIN = ""
    assert b"Mail that logs itself" not in desk.get(reverse("availability")).content
    assert desk.post(reverse("mail-address")).status_code == 404


@pytest.fixture
def danas(people):
    people.dana.groups.add(Group.objects.get(name="manager"))
    client = Client()
    client.force_login(User.objects.get(pk=people.dana.pk))
    return client


def test_a_manager_assigns_by_hand_once(people, priya, danas):
    receive(people, mail(to="priya@home.example"))
    stray = StrayMail.objects.get()
    page = reverse("admin:reps_straymail_change", args=[stray.pk])
    assert b"None of those it went to" in danas.get(page).content
    assert b"the price is 5" in danas.get(page).content
    for _ in range(2):
        answer = danas.post(page, {"lead": priya.pk, "direction": "out"})
    assert b"already" in answer.content
    sent = Activity.objects.get()
    assert (sent.lead, sent.rep, sent.by, sent.self_reported) == (priya, people.laura, people.dana, False)
    assert StrayMail.objects.get().state == "assigned"


def test_by_hand_too_nothing_automatic_becomes_a_touch(people, priya, danas):
    receive(people, mail(Precedence="bulk"))
    page = reverse("admin:reps_straymail_change", args=[StrayMail.objects.get().pk])
    assert b"it answers no lead" in danas.post(page, {"lead": priya.pk, "direction": "out"}).content
    assert not Activity.objects.exists()
    danas.post(page, {"lead": priya.pk, "direction": "in"})
    assert not Activity.objects.get().is_qualifying_touch


def test_a_manager_sees_the_mails_of_their_reps_and_assigns_to_their_leads(people, priya, danas):
    renew(people.omar, at=AT)
    theirs = lead_of(people.omar, team=people.outside)
    receive(people, mail("omar@acme.example", Message_ID="<3@x>", Subject="Secret"), people.omar)
    assert b"Secret" not in danas.get(reverse("admin:reps_straymail_changelist")).content
    receive(people, mail(to="x@home.example"))
    page = reverse("admin:reps_straymail_change", args=[StrayMail.objects.get(rep=people.laura).pk])
    assert b"no such lead of yours" in danas.post(page, {"number": theirs.pk, "direction": "in"}).content


def test_what_is_left_aside_is_out_of_sight(people, priya, danas):
    receive(people, mail(to="x@home.example", Subject="Lunch"))
    stray = StrayMail.objects.get()
    danas.post(reverse("admin:reps_straymail_change", args=[stray.pk]), {"aside": "on"})
    assert b"Lunch" not in danas.get(reverse("admin:reps_straymail_changelist")).content
    assert b"Lunch" in danas.get(reverse("admin:reps_straymail_changelist") + "?state=aside").content
