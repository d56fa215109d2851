"""Every mail of the collection is read: none fails, and what no person wrote is known for what it is."""

import json
from datetime import UTC, datetime

import pytest

from reps.mail.addresses import address_of, renew
from reps.mail.message import LARGEST_KEPT, body_of, read
from reps.mail.posts import unpacked
from reps.mail.receiving import receive
from reps.models import Activity, StrayMail
from tests.cast import MONDAY_MORNING
from tests.routing.intake.real_data import DATA, needs_data

FOLDER = DATA / "email"
pytestmark = needs_data
MAILS = sorted(file.relative_to(FOLDER).as_posix() for file in FOLDER.rglob("*") if file.suffix in (".eml", ".txt"))

AUTOMATIC = {
    "flanker/bounce_delayed.eml": "bounce",
    "flanker/bounce_gmail-invalid-address.eml": "bounce",
    "flanker/bounce_mailbox-full.eml": "bounce",
    "flanker/bounce_no-mx.eml": "bounce",
    "flanker/disposition-notification.eml": "bounce",
    "flanker/from-encoding.eml": "mass",
    "lead_notifications/auto_reply_out_of_office.eml": "automatic reply",
    "mail_gem/error_emails__bad_date_header.eml": "mass",
    "mail_gem/error_emails__empty_in_reply_to.eml": "mass",
    "mail_gem/mime_emails__raw_email_with_mimepart_without_content_type.eml": "bounce",
    "mail_gem/multipart_report_emails__multi_address_bounce1.eml": "bounce",
    "mail_gem/multipart_report_emails__multi_address_bounce2.eml": "bounce",
    "mail_gem/multipart_report_emails__multipart_report_multiple_status.eml": "bounce",
    "mail_gem/multipart_report_emails__report_422.eml": "bounce",
    "mail_gem/multipart_report_emails__report_530.eml": "bounce",
}


def raw(name):
    return (FOLDER / name).read_bytes()


def test_there_are_so_many():
    assert len([name for name in MAILS if name.endswith(".eml")]) == 145


@pytest.mark.parametrize("name", MAILS)
def test_it_is_read_and_its_verdict_is_right(name):
    mail = read(raw(name))
    for words in (mail.subject, mail.sender, *mail.recipients, *mail.delivered_to):
        words.encode()
        assert "\x00" not in words
        assert "\n" not in words
    assert isinstance(body_of(mail.raw), str)
    found = mail.automatic
    assert AUTOMATIC.get(name, "") in found if name in AUTOMATIC else found == ""


@pytest.mark.parametrize(
    ("name", "sender", "subject"),
    [
        ("flanker/from-encoding.eml", "ingo@blank.pages.de", "Re: running server as root (Was: Re: PUT method)"),
        ("lead_notifications/human_reply_top_posted.eml", "jane.doe@example.com", "Re: Your quote"),
        ("mail_gem/rfc6532__utf8_headers.eml", None, None),
        ("mail_gem/multi_charset__japanese_iso_2022.eml", None, None),
    ],
)
def test_what_matters_is_found(name, sender, subject):
    mail = read(raw(name))
    assert "@" in mail.sender
    assert sender in (None, mail.sender)
    assert subject in (None, mail.subject)


def test_none_fails_on_its_way_in_and_none_is_lost(people, settings):
    settings.INBOUND_MAIL_DOMAIN = "in.acme.example"
    renew(people.laura, at=MONDAY_MORNING)
    told = {name: receive(raw(name), at=MONDAY_MORNING, envelope_to=(address_of(people.laura),)) for name in MAILS}
    assert {name for name, received in told.items() if received.status == "left aside"} == set(AUTOMATIC)
    assert {received.status for received in told.values()} == {"left aside", "kept"}
    assert StrayMail.objects.count() == len({read(raw(name)).key for name in MAILS})
    assert not Activity.objects.exists()


def test_two_copies_of_a_mail_have_one_key_and_two_mails_two():
    name = "lead_notifications/human_reply_top_posted.eml"
    again = read(b"Received: from elsewhere\r\n" + raw(name))
    assert again.key == read(raw(name)).key != read(raw("lead_notifications/cf7_default.eml")).key


def test_a_large_mail_is_read_by_its_head():
    mail = read(raw("lead_notifications/human_reply_top_posted.eml") + b"x" * 5_000_000)
    assert len(mail.raw) == LARGEST_KEPT
    assert mail.sender == "jane.doe@example.com"


def as_form(fields):
    lines = []
    for name, value in fields.items():
        lines.append(f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n')
    return ("".join(lines) + "--limit--\r\n").encode(), "multipart/form-data; boundary=limit"


@pytest.mark.parametrize(
    ("name", "sender", "to", "sent_at"),
    [
        (
            "mailgun_inbound_post.json",
            "from+test@example.org",
            ("test@inbound.example.com", "other@example.com", "cc@example.com"),
            datetime(2017, 10, 12, 1, 31, 4, tzinfo=UTC),
        ),
        (
            "sendgrid_inbound_parse_post.json",
            "from+test@example.org",
            ("test@inbound.example.com", "other@example.com", "cc@example.com"),
            datetime(2017, 10, 12, 1, 31, 4, tzinfo=UTC),
        ),
        (
            "postmark-inbound-test-payload.json",
            "support@postmarkapp.com",
            ("mailbox+samplehash@inbound.postmarkapp.com", "firstcc@postmarkapp.com", "secondcc@postmarkapp.com"),
            datetime(2023, 5, 5, 21, 44, 33, tzinfo=UTC),
        ),
        (
            "postmark-inbound-test-payload-with-raw.json",
            "support@postmarkapp.com",
            ("mailbox+samplehash@inbound.postmarkapp.com",),
            None,
        ),
    ],
)
def test_the_posts_of_three_services_are_the_mails_they_were(name, sender, to, sent_at):
    body = raw(f"esp_inbound/{name}")
    kind = "application/json"
    if "postmark" not in name:
        body, kind = as_form(json.loads(body))
    posted = unpacked(body, kind)
    mail = read(posted.raw, envelope_to=posted.to, envelope_from=posted.sender)
    assert (mail.sender, mail.recipients, mail.sent_at, mail.subject) == (sender, to, sent_at, "Test subject")
    assert mail.automatic == ""
    if "postmark" in name:
        assert "firstbcc@postmarkapp.com" in mail.delivered_to
    else:
        assert mail.delivered_to[0] == "test@inbound.example.com"
        assert read(b"Message-ID: <CAEPk3R+4Zr@mail.example.org>\r\n\r\n").key == mail.key
