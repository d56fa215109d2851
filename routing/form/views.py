"""The page on which people ask to be called, and the thanks after it. Open to everybody, and to embedding where the
source allows; nobody's session is looked at.
"""

from __future__ import annotations

import logging
from typing import Final

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from routing.address import neighbourhood
from routing.form import junk
from routing.form.answers import CONSENT, Answers
from routing.form.asking import USUAL, Asked, read_fields
from routing.form.receiving import LARGEST, receive
from routing.models import Source
from routing.models.intake import origin_of
from routing.tallies import counted, key_of

log = logging.getLogger(__name__)

SOMETHING_ELSE: Final = "Something could not be understood. Please look at the form again."


@csrf_exempt  # it does nothing in anybody's name; the stamp says that it came from our page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form; take in what is posted, and thank, or show it again with what is wrong."""
    source = open_form(slug)
    questions, at = questions_of(source), now()
    if request.method != "POST":
        return shown(request, source, questions, stamp=junk.stamp_for(slug, at=at))
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return refused(request, source, 413, "That is far more than a form holds.")
    count = counted(key_of("form", slug, neighbourhood(request)), within=junk.A_WHILE, at=at)
    if count > junk.TOO_OFTEN:
        return refused(request, source, 429, "That was sent too often from here. Please try again in an hour.")
    received = receive(
        source=source,
        questions=questions,
        body=request.body,
        content_type=request.content_type or "",
        came_by=request.GET.dict(),
        count=count,
        at=at,
    )
    if not received.errors:
        return embeddable(
            redirect(source.form_redirect or "form-thanks", *([] if source.form_redirect else [slug])), source
        )
    # Its own stamp again: whoever mends one word is not asked to be slower.
    before = request.POST.get(junk.STAMP, "")
    stamp = before if junk.is_ours(before, slug, at=at) else junk.stamp_for(slug, at=at)
    return shown(request, source, questions, stamp, received.answers, dict(received.errors), status=422)


@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    """What people read after sending."""
    source = open_form(slug)
    return embeddable(render(request, "form/thanks.html", {"source": source, "embedded": embedded(request)}), source)


def open_form(slug: str) -> Source:
    """The source whose form this is, if it is open."""
    source = Source.objects.filter(slug=slug, active=True, form_open=True).first()
    if source is None:
        raise Http404("There is no form here.")
    return source


def questions_of(source: Source) -> tuple[Asked, ...]:
    """What the source asks; the usual questions where what is written there cannot be read."""
    try:
        return read_fields(source.form_fields)
    except ValidationError as error:
        log.error("the form of source %s asks the usual questions: %s", source.slug, "; ".join(error.messages))
        return USUAL


def shown(
    request: HttpRequest,
    source: Source,
    questions: tuple[Asked, ...],
    stamp: str,
    answers: Answers | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of the form, with what was typed, and beside it what is wrong."""
    answers, errors = answers or Answers(), errors or {}
    boxes = [
        {"ask": one, "value": answers.written.get(one.field, ""), "error": errors.get(one.field)} for one in questions
    ]
    asked = {one.field for one in questions} | {CONSENT}
    context = {
        "source": source,
        "boxes": boxes,
        "stamp": stamp,
        "stamp_name": junk.STAMP,
        "honeypot": junk.HONEYPOT,
        "consent_name": CONSENT,
        "consent_error": errors.get(CONSENT),
        "agreed": answers.agreed,
        "first_wrong": next((one.id for one in questions if one.field in errors), "ask-consent"),
        "wrong": len(errors),
        "elsewhere": SOMETHING_ELSE if set(errors) - asked else "",
        "embedded": embedded(request),
    }
    return embeddable(render(request, "form/form.html", context, status=status), source)


def refused(request: HttpRequest, source: Source, status: int, why: str) -> HttpResponse:
    """A page that says why nothing was taken in."""
    context = {"source": source, "why": why, "embedded": embedded(request)}
    response = render(request, "form/refused.html", context, status=status)
    if status == 429:
        response.headers["Retry-After"] = str(int(junk.A_WHILE.total_seconds()))
    return embeddable(response, source)


def embedded(request: HttpRequest) -> bool:
    """Whether the page is shown within another, and does without ground and border of its own."""
    return request.headers.get("Sec-Fetch-Dest") == "iframe"


def embeddable(response: HttpResponse, source: Source) -> HttpResponse:
    """Let the sites that the source names show the answer in their pages, and the form lead where it leads."""
    origins = [origin for origin in source.form_origins if isinstance(origin, str) and origin_of(origin) == origin]
    target = origin_of(source.form_redirect) if source.form_redirect else None
    policy = {"form-action": f"'self' {target}"} if target else {}
    if origins:
        policy["frame-ancestors"] = " ".join(["'self'", *origins])
        response.xframe_options_exempt = True
    response.content_security = policy  # type: ignore[attr-defined]
    response.headers["Vary"] = "Sec-Fetch-Dest"
    return response
