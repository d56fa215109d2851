"""Content-Security-Policy: a strict one for every page, and an easier one for the admin, whose theme needs it."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse

STRICT: Final[Mapping[str, str]] = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# The admin theme runs inline scripts and styles; RQ's pages, for superusers, wear it too.
EASIER: Final[Mapping[str, str]] = {
    **STRICT,
    "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
}
EASIER_PATHS: Final = ("/admin/", "/rq/")


def written(policy: Mapping[str, str]) -> str:
    """A policy as the header has it."""
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())


class ContentSecurityPolicy:
    """Puts the policy of its path on every answer. An answer may carry directives of its own (`content_security`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = EASIER if request.path.startswith(EASIER_PATHS) else STRICT
        own: Mapping[str, str] = getattr(response, "content_security", {})
        response.headers["Content-Security-Policy"] = written({**policy, **own})
        return response
