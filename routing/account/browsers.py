"""What is known of the browsers in which somebody is logged in: noted at the log-in, and when they are seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now

from routing.address import address_of
from routing.models.session import BROWSER

SEEN_NOTED_EVERY: Final = timedelta(minutes=10)
CALLED_LONGEST: Final = 300

PROGRAMS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux|X11", "Linux"),
)


def note_log_in(request: HttpRequest) -> None:
    """Write into the new session whose browser it is."""
    at = now().isoformat()
    request.session[BROWSER] = {
        "called": printable(request.META.get("HTTP_USER_AGENT", ""))[:CALLED_LONGEST],
        "address": address_of(request),
        "began_at": at,
        "seen_at": at,
    }


class SeenBrowsers:
    """Notes now and then that a browser is still in use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Only where a page looked at the session anyway.
        if request.session.accessed and (known := request.session.get(BROWSER)):
            at = now()
            if datetime.fromisoformat(known["seen_at"]) <= at - SEEN_NOTED_EVERY:
                request.session[BROWSER] = known | {"seen_at": at.isoformat(), "address": address_of(request)}
        return response


def printable(text: str) -> str:
    """Without what no database or page would take."""
    return "".join(char if char.isprintable() else " " for char in text)


def in_words(called: str) -> str:
    """What people would call the browser: "Firefox on Windows"."""
    program = next((name for pattern, name in PROGRAMS if re.search(pattern, called)), "")
    system = next((name for pattern, name in SYSTEMS if re.search(pattern, called)), "")
    if program and system:
        return f"{program} on {system}"
    return program or system or "A browser"
