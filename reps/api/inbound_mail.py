"""POST /api/v1/inbound-mail/<secret>/: a mail, as a mail service or a script posts it."""

from __future__ import annotations

import logging
from typing import Final

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from reps.mail.message import read
from reps.mail.posts import NotAMail, unpacked
from reps.mail.receiving import Received, keep, receive

log = logging.getLogger(__name__)

LARGEST: Final = 30 * 1024 * 1024
"""What mail services post at most, files and all."""


@csrf_exempt
@require_POST
def inbound_mail(request: HttpRequest, secret: str) -> JsonResponse:
    """Take in one mail; what is no mail is kept too. 503 while the database is away: services come again."""
    if not settings.INBOUND_MAIL_SECRET or not constant_time_compare(secret, settings.INBOUND_MAIL_SECRET):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return JsonResponse({"detail": "The post is larger than 30 MB."}, status=413)
    body = request.read(LARGEST)
    try:
        received = _received(request, body)
    except (OperationalError, InterfaceError):
        log.exception("a mail was not taken in: the database refused")
        return JsonResponse({"detail": "Come again in a moment."}, status=503)
    return JsonResponse({"status": received.status, "why": received.why})


def _received(request: HttpRequest, body: bytes) -> Received:
    try:
        posted = unpacked(body, request.headers.get("Content-Type", ""), to=request.GET.getlist("to"))
    except NotAMail as error:
        return keep(read(body), None, str(error), at=now())
    return receive(posted.raw, at=now(), envelope_to=posted.to, envelope_from=posted.sender)
