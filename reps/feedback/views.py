"""The page behind the link in the mail, open to whoever has it; nobody's session is looked at.

Looking at it does nothing: mail scanners follow links. A post answers, once. The opt-out asks, unless a mail program
posts for its reader.
"""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from reps.models import RATINGS, FeedbackRequest
from routing.address import neighbourhood
from routing.form.junk import A_WHILE, TOO_OFTEN
from routing.form.receiving import LARGEST
from routing.tallies import counted, key_of

from .answering import AnsweredAlready, answer, ask_no_more
from .form import LONGEST, AnswerForm, chosen
from .links import is_over, opt_out_path_of, request_of
from .policies import policies
from .words import question_of

NOT_OURS: Final = "This link is not one of ours. Was it copied in full?"
OVER: Final = "The time to answer is over. Thank you for looking."
NOT_IN_USE: Final = "This question is not asked any more. There is nothing for you to do."
TOO_MUCH: Final = "That is far more than we asked for."
TOO_MANY: Final = "Too much was sent from here. Please try again in an hour."


@csrf_exempt  # it does nothing in the name of who is logged in; the signed address says who answers
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def feedback(request: HttpRequest, token: str) -> HttpResponse:
    """Ask; take the answer and thank; say it where there was one already."""
    at, asked = timezone.now(), request_of(token)
    if asked is None:
        return said(request, NOT_OURS, status=404)
    if asked.answered_at is not None:
        return thanks(request, asked, again=True)
    if asked.state == FeedbackRequest.State.DROPPED or is_over(asked, at=at):
        return said(request, NOT_IN_USE if asked.state == FeedbackRequest.State.DROPPED else OVER, status=410)
    if request.method != "POST":
        return page(request, asked, AnswerForm(), rating=chosen(request.GET.get("rating", "")))
    if refused := too_much(request):
        return refused
    form = AnswerForm(request.POST.dict())
    if not form.is_valid():
        return page(request, asked, form, rating=chosen(request.POST.get("rating", "")), status=422)
    try:
        answer(request=asked, rating=form.cleaned_data["rating"], words=form.cleaned_data["words"], at=at)
    except AnsweredAlready:
        return thanks(request, asked, again=True)
    return thanks(request, asked, again=False)


@csrf_exempt  # mail programs post here for their readers (RFC 8058), without a cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def no_more(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether they do not want to be asked, or take that; as long after the mail as they like."""
    asked = request_of(token)
    if asked is None:
        return said(request, NOT_OURS, status=404)
    company = question_of(asked, policies()).company
    if request.method != "POST":
        return render(request, "feedback/no_more.html", {"company": company})
    # Not slowed down: a large mail provider posts for all its readers from a few addresses.
    ask_no_more(requests=[asked], at=timezone.now())
    return render(request, "feedback/no_more.html", {"company": company, "done": True})


def page(
    request: HttpRequest, asked: FeedbackRequest, form: AnswerForm, *, rating: int | None, status: int = 200
) -> HttpResponse:
    """The question with its five answers, the one chosen in the mail marked; what was typed, and what is wrong."""
    context = {
        "asked": question_of(asked, policies()),
        "ratings": RATINGS.items(),
        "rating": rating,
        "form": form,
        "words": form.data.get("words", ""),
        "longest": LONGEST,
        "no_more": opt_out_path_of(asked),
    }
    return render(request, "feedback/ask.html", context, status=status)


def thanks(request: HttpRequest, asked: FeedbackRequest, *, again: bool) -> HttpResponse:
    """What they read after answering, and whenever they come back."""
    return render(request, "feedback/thanks.html", {"again": again, "asked": question_of(asked, policies())})


def said(request: HttpRequest, what: str, *, status: int) -> HttpResponse:
    """A plain page that says one thing."""
    return render(request, "feedback/said.html", {"what": what}, status=status)


def too_much(request: HttpRequest) -> HttpResponse | None:
    """The refusal of a post that is too large, or of too many from one place, as at the hosted form."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return said(request, TOO_MUCH, status=413)
    if counted(key_of("feedback", neighbourhood(request)), within=A_WHILE, at=timezone.now()) > TOO_OFTEN:
        response = said(request, TOO_MANY, status=429)
        response.headers["Retry-After"] = str(int(A_WHILE.total_seconds()))
        return response
    return None
