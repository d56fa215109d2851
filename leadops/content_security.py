"""Content-Security-Policy: a strict one for every page, and an easier one where a library's pages need it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

STRICT = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
# The admin theme and the API's documentation run inline scripts and styles.
EASIER = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'none'"
)
EASIER_PATHS = ("/admin/", "/api/docs/", "/rq/")


class ContentSecurityPolicy:
    """Puts the policy of its path on every answer that does not carry one already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = EASIER if request.path.startswith(EASIER_PATHS) else STRICT
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
