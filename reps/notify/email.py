"""The e-mail channel: one connection for a batch, and a Message-ID that is the same however often one is sent."""

from __future__ import annotations

import logging
import smtplib
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now

from reps.feedback import mail as feedback
from reps.feedback.sending import NotWanted
from reps.models import Delivery
from reps.offer_links import path_of
from routing.address import absolute
from routing.models import Offer, User

from . import letters, outbound
from .choices import address_of
from .letters import Letter
from .outbound import NeverWill
from .words import said_to

log = logging.getLogger(__name__)

BATCH: Final = 25
AT_MOST: Final = 10.0
"""Seconds after which a pass begins no further message: what else is due on this lane has its turn."""
TROUBLE: Final = (OSError, smtplib.SMTPException)


def oldest(at: datetime) -> datetime | None:
    return outbound.due(Delivery.Channel.EMAIL, at).values_list("next_at", flat=True).first()


def send_due(at: datetime) -> int:
    """Sends what is due, batch by batch, for some seconds at most. Says how many went out."""
    until, sent = time.monotonic() + AT_MOST, 0
    while time.monotonic() < until:
        batch = outbound.take(Delivery.Channel.EMAIL, count=BATCH, at=max(at, now()))
        if not batch:
            break
        done, is_up = send_batch(batch, until=until)
        sent += done
        if not is_up:
            break
    return sent


def send_batch(batch: Sequence[Delivery], *, until: float) -> tuple[int, bool]:
    """Sends these over one connection; says how many went out, and whether the server is there."""
    connection = get_connection(fail_silently=False)
    try:
        connection.open()
    except TROUBLE as error:
        for delivery in batch:
            if outbound.begin(delivery):
                outbound.failed(delivery, in_words(error))
        _leave_it_in_peace()
        return 0, False
    sent = 0
    try:
        for place, delivery in enumerate(batch):
            if time.monotonic() >= until:
                outbound.put_back(batch[place:], until=now())
                break
            if not outbound.begin(delivery):
                continue
            try:
                connection.send_messages([message(delivery)])
            except NotWanted as why:
                outbound.dropped(delivery, str(why))
            except NeverWill as error:
                outbound.failed(delivery, str(error), for_good=True)
            except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as error:
                outbound.failed(delivery, in_words(error), for_good=is_final(error))
            except TROUBLE as error:  # the connection is gone
                outbound.failed(delivery, in_words(error))
                outbound.put_back(batch[place + 1 :], until=now())
                _leave_it_in_peace()
                return sent, False
            except Exception as error:
                log.exception("message %s could not be made", delivery.pk)
                outbound.failed(delivery, type(error).__name__)
            else:
                outbound.succeeded(delivery)
                sent += 1
    finally:
        close(connection)
    return sent, True


def _leave_it_in_peace() -> None:
    """What is due waits a moment, all of it: one sender at a time finds out whether the server is back."""
    calm = timedelta(seconds=3 * settings.SEND_TIMEOUT)
    outbound.due(Delivery.Channel.EMAIL, now()).update(next_at=now() + calm)


def is_final(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPResponseException) -> bool:
    """Whether the server said that it will never take this message (5xx to the recipient or the text)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500


def close(connection: Any) -> None:
    """Says goodbye, to whoever still listens: what went out has been marked, and is not undone by a lost farewell."""
    try:
        connection.close()
    except TROUBLE:
        connection.connection = None


def message(delivery: Delivery) -> EmailMultiAlternatives:
    """The mail of a delivery. Raises NeverWill for somebody who left or has no address, NotWanted for a customer who is
    not asked after all.
    """
    if delivery.feedback is not None:
        return feedback.message(delivery.feedback, at=now(), headers=headers_of(delivery))
    user = delivery.news.user
    if user is None or not user.is_active:
        raise NeverWill("Whoever it was for may not log in any more.")
    to = address_of(user)
    if not to:
        raise NeverWill("There is no e-mail address to send it to.")
    writer = letters.writer_of(delivery.news.kind)
    letter = writer(delivery, user) if writer else news(delivery, user)
    mail = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        to=[to],
        headers=headers_of(delivery)
        | {"List-Unsubscribe": f"<{letter.unsubscribe}>"}
        | ({"List-Unsubscribe-Post": "List-Unsubscribe=One-Click"} if letter.one_click else {}),
    )
    mail.attach_alternative(letter.html, "text/html")
    for name, content, kind in letter.files:
        mail.attach(name, content, kind)
    return mail


def news(delivery: Delivery, user: User) -> Letter:
    """What somebody is told, as a letter."""
    (said,) = said_to(user, [delivery.news])
    choices = absolute(reverse("told-how"))
    offer = offer_in(delivery, user)
    context = {
        "said": said,
        "called": called(user),
        "link": absolute(path_of(offer) if offer is not None else said.link),
        "more": [(words, absolute(path)) for words, path in said.more],
        "site": absolute("/"),
        "choices": choices,
        "button": "Accept or decline" if offer is not None else "Open LeadOps" if said.figures else "Have a look",
    }
    return Letter(
        said.subject,
        render_to_string("mail/notification.txt", context),
        render_to_string("mail/notification.html", context),
        unsubscribe=choices,
    )


def headers_of(delivery: Delivery) -> dict[str, str]:
    """What every mail carries, whomever it is for."""
    return {"Message-ID": message_id(delivery), "Auto-Submitted": "auto-generated"}


def offer_in(delivery: Delivery, user: User) -> Offer | None:
    """The offer that this mail is about: it can be answered from the mail, without logging in."""
    event = delivery.news.event
    if event is None or event.kind != "lead.offered":
        return None
    return Offer.objects.filter(pk=event.detail.get("offer"), rep__user=user).first()


def called(user: User) -> str:
    rep = getattr(user, "rep", None)
    return user.first_name or (rep.name if rep else "") or user.username


def message_id(delivery: Delivery) -> str:
    """By which a duplicate is known: the same for every try."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<delivery.{delivery.pk}.{int(delivery.created_at.timestamp())}@{host}>"


def in_words(error: BaseException) -> str:
    """What went wrong, for the dead letters; addresses are left out."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, refusal = next(iter(error.recipients.values()))
        return f"The recipient was refused: {code} {refusal.decode(errors='replace')}"
    if isinstance(error, smtplib.SMTPResponseException):
        told: bytes | str = error.smtp_error
        return (
            f"The server said: {error.smtp_code} {told.decode(errors='replace') if isinstance(told, bytes) else told}"
        )
    return f"{type(error).__name__}: {error}"
