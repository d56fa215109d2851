"""From a request's bytes to its answer: stored first, then understood, then perhaps routed, then answered."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Final

from django.db import InterfaceError, OperationalError
from django.utils.timezone import now
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from routing import jobs, pipeline
from routing.intake import capture as captures
from routing.intake.leads import Outcome, understand
from routing.intake.reading import BODY
from routing.models import Capture, Lead

log = logging.getLogger(__name__)

LARGEST_BODY: Final = 1024 * 1024
YES: Final = ("1", "true", "yes", "on")

Answer = tuple[int, dict[str, Any]]


class TooLarge(APIException):
    """A body that no lead needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than 1 MB. A lead is a few kilobytes."


def receive(request: Request) -> Response:
    """Take in one lead from a source's token."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
        raise TooLarge
    at = now()
    key = request.headers.get("Idempotency-Key", "").strip() or None
    key_fits = key is None or len(key) <= captures.KEY_LENGTH
    try:
        capture = captures.store(
            source=request.user.source,
            body=request.body,
            content_type=request.content_type or "",
            at=at,
            idempotency_key=key if key_fits else None,
        )
    except captures.KeyUsedOtherwise as used:
        return Response({"detail": str(used)}, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
    if not key_fits:
        why = {"Idempotency-Key": [f"This has {len(key or '')} characters; {captures.KEY_LENGTH} are the most."]}
        captures.refuse(capture, why)
        return Response(why, status=status.HTTP_400_BAD_REQUEST)
    if capture.answer_status is None:
        wait = request.query_params.get("wait", "").lower() in YES
        code, body = answer_to(capture, at=at, wait=wait)
        if key is None or code == status.HTTP_202_ACCEPTED:
            return Response(body, status=code)
        capture = captures.keep_answer(capture, code, body)
    return Response(capture.answer, status=capture.answer_status)


def answer_to(capture: Capture, *, at: datetime, wait: bool) -> Answer:
    """Understand a stored capture, route its lead if asked to wait, and say what became of it."""
    try:
        outcome = understand([capture], at=at)[0]
    except (OperationalError, InterfaceError):
        log.exception("capture %s is stored and waits for the sweep", capture.pk)
        return kept(capture)
    match outcome.status:
        case Capture.Status.LEAD if outcome.lead:
            return status.HTTP_201_CREATED, new_lead(outcome, outcome.lead, wait=wait)
        case Capture.Status.DUPLICATE if outcome.lead:
            return status.HTTP_201_CREATED, described(outcome, outcome.lead, repeated=True)
        case Capture.Status.REJECTED | Capture.Status.FAILED if outcome.errors and BODY in outcome.errors:
            words = " ".join([*outcome.errors[BODY], "It was kept as it came."])
            return status.HTTP_400_BAD_REQUEST, {"detail": words, "capture": capture.pk}
        case Capture.Status.REJECTED:
            return status.HTTP_400_BAD_REQUEST, dict(outcome.errors or {})
    return kept(capture, as_="failed")


def new_lead(outcome: Outcome, lead: Lead, *, wait: bool) -> dict[str, Any]:
    """Send a new lead on its way: routed now for a caller who waits, else woken for in the background."""
    if not wait:
        jobs.wake_routing()
        return described(outcome, lead)
    try:
        pipeline.route_leads([lead.pk])
    except Exception:
        # It is stored, and routing comes back to it; its sender has no part in what went wrong.
        log.exception("lead %s was not routed at once", lead.pk)
        jobs.wake_routing()
    return described(outcome, Lead.objects.select_related("owner").get(pk=lead.pk))


def described(outcome: Outcome, lead: Lead, *, repeated: bool = False) -> dict[str, Any]:
    """The answer to a lead that is in."""
    return {
        "id": lead.pk,
        "capture": outcome.capture.pk,
        "status": "duplicate" if repeated else lead.status,
        "owner": lead.owner.username if lead.owner else None,
    }


def kept(capture: Capture, *, as_: str = "stored") -> Answer:
    """The answer to what is kept, but not understood because of something here: a person, or the sweep, comes back."""
    return status.HTTP_202_ACCEPTED, {"id": None, "capture": capture.pk, "status": as_, "owner": None}
