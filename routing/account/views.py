"""The pages of logging in, of passwords, and of the browsers in which one is logged in."""

from __future__ import annotations

import math
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import (
    LoginView,
    PasswordChangeView,
    PasswordResetConfirmView,
    PasswordResetView,
    redirect_to_login,
)
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from routing.account.browsers import in_words, note_log_in
from routing.account.forms import ForgottenForm, LogInForm
from routing.account.tries import remember_browser
from routing.models import Session, User
from routing.models.session import handle_of


class LogIn(LoginView):
    """The one log-in of LeadOps."""

    form_class = LogInForm
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        note_log_in(self.request)
        remember_browser(self.request, response, form.get_user().get_username())
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        if form.too_soon is not None:
            response.status_code = 429
            response.headers["Retry-After"] = str(math.ceil(form.too_soon.wait.total_seconds()))
        return response


@never_cache
def admin_log_in(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Where the admin sends people who may not see it: strangers to the log-in, others are told."""
    if request.user.is_authenticated:
        if request.user.is_active and request.user.is_staff:
            return redirect("admin:index")
        raise PermissionDenied("The admin is for managers. Ask whoever looks after LeadOps to let you in.")
    return redirect_to_login(request.GET.get("next") or reverse("admin:index"))


class Forgotten(PasswordResetView):
    """A link for a new password, by mail. It says the same whoever asks."""

    form_class = ForgottenForm
    template_name = "registration/forgotten.html"
    email_template_name = "registration/forgotten_mail.txt"
    subject_template_name = "registration/forgotten_subject.txt"
    success_url = reverse_lazy("forgotten-sent")


class NewPassword(PasswordResetConfirmView):
    """Behind the mailed link: a new password, and in."""

    template_name = "registration/new_password.html"
    post_reset_login = True
    success_url = "/"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        note_log_in(self.request)
        remember_browser(self.request, response, form.user.get_username())
        messages.success(self.request, "Your new password is set, and you are logged in.")
        return response


class ChangePassword(PasswordChangeView):
    """A new password for somebody who is logged in. Every other browser is logged out by it."""

    template_name = "account/password.html"
    success_url = reverse_lazy("sessions")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        messages.success(self.request, "Your password is changed. Every other browser is logged out.")
        return response


@never_cache
@require_safe
@login_required
def sessions(request: HttpRequest) -> HttpResponse:
    """Where this person is logged in: this browser first, then whichever was seen last."""
    this = handle_of(request.session.session_key)
    mine = [
        {"session": session, "called": in_words(session.browser), "is_this": session.handle == this}
        for session in sessions_of(request)
    ]
    mine.sort(key=lambda one: not one["is_this"])
    return render(request, "account/sessions.html", {"sessions": mine})


@require_POST
@login_required
def end_session(request: HttpRequest, handle: str) -> HttpResponse:
    """Log out one of this person's browsers."""
    ended = next((session for session in sessions_of(request) if session.handle == handle), None)
    if ended is None:
        raise Http404("No such session of yours.")
    if ended.session_key == request.session.session_key:
        logout(request)
        return redirect("login")
    ended.delete()
    messages.success(request, f"{in_words(ended.browser)} is logged out.")
    return redirect("sessions")


@require_POST
@login_required
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """Log out all of this person's browsers but this one."""
    Session.objects.filter(user=cast(User, request.user)).exclude(session_key=request.session.session_key).delete()
    messages.success(request, "You are logged in here only.")
    return redirect("sessions")


def sessions_of(request: HttpRequest) -> list[Session]:
    """This person's sessions that have not run out."""
    return list(
        Session.objects.filter(user=cast(User, request.user), expire_date__gt=now())
        .defer("session_data")
        .order_by("-seen_at", "session_key")
    )
