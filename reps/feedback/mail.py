"""The mail that asks a customer. Each rating in it is a link that chooses, and answers nothing: scanners follow it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from reps.models import RATINGS, FeedbackRequest
from routing.address import absolute

from .asking import address_of
from .links import opt_out_path_of, path_of
from .policies import policies
from .sending import look_again
from .words import question_of


def message(request: FeedbackRequest, *, at: datetime, headers: Mapping[str, str]) -> EmailMultiAlternatives:
    """The mail of a request, with these headers too. Raises NotWanted for a customer who is not asked after all.

    One click unsubscribes: RFC 8058, which mail programs show as a button of their own.
    """
    look_again(request, at=at)
    asked = question_of(request, policies())
    link, no_more = absolute(path_of(request)), absolute(opt_out_path_of(request))
    context = {
        "asked": asked,
        "link": link,
        "no_more": no_more,
        "ratings": [(number, words, f"{link}?rating={number}") for number, words in RATINGS.items()],
        "days": settings.FEEDBACK_LINK_DAYS,
    }
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    mail = EmailMultiAlternatives(
        subject=asked.question,
        body=render_to_string("mail/feedback.txt", context),
        from_email=formataddr((asked.company if asked.company != "us" else sender[0], sender[1])),
        to=[address_of(request.lead)],
        headers={
            **headers,
            "List-Unsubscribe": f"<{no_more}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(render_to_string("mail/feedback.html", context), "text/html")
    return mail
