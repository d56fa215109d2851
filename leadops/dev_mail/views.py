"""Reading the mails of development: on this machine, or as a superuser, and never in production."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from leadops.dev_mail import store
from routing.address import address_of

SHOWN = 100
ITS_OWN = {
    # A mail brings its styles with it, and nothing that runs or calls home.
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}


def in_development(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Not found unless DEBUG is on and the reader sits at this machine or may do anything anyway."""

    @never_cache
    @require_safe
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEBUG or not (_is_here(request) or getattr(request.user, "is_superuser", False)):
            raise Http404
        return view(request, *args, **kwargs)

    return opened


def _is_here(request: HttpRequest) -> bool:
    address = address_of(request)
    return address is not None and ipaddress.ip_address(address).is_loopback


@in_development
def mails(request: HttpRequest) -> HttpResponse:
    """The last mails."""
    return render(request, "dev/mails.html", {"mails": store.latest(SHOWN), "shown": SHOWN})


@in_development
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text, and its HTML in a frame of its own."""
    return render(request, "dev/mail.html", {"mail": _found(name)})


@xframe_options_sameorigin
@in_development
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML of a mail as it came."""
    response = HttpResponse(_found(name).html)
    response.content_security = ITS_OWN  # type: ignore[attr-defined]
    return response


def _found(name: str) -> store.Kept:
    kept = store.one(name)
    if kept is None:
        raise Http404
    return kept
