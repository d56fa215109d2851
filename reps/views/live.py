"""Lists that renew themselves: the same partial as the full page, and silence when nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from reps.views.door import DeskRequest, LeadRequest


def live(
    request: DeskRequest | LeadRequest, page: str, partial: str, *, seen: Iterable[object], context: dict[str, Any]
) -> HttpResponse:
    """The full page, or its `partial` for a poll; 204 to a poll that has `seen` all this already."""
    digest = hashlib.sha256(repr(list(seen)).encode()).hexdigest()[:16]
    if request.htmx and request.GET.get("seen") == digest:
        return HttpResponse(status=204)
    return render(
        request, partial if request.htmx else page, context | {"digest": digest, "polled": bool(request.htmx)}
    )
