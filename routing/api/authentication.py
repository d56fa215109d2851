"""Who is calling: a source or a person by bearer token, or a person by the browser's session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.timezone import now
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from routing.intake import tokens
from routing.models import ApiToken, Source, User

SCHEME = "Bearer"


@dataclass(frozen=True)
class SourceCaller:
    """A source that brings leads in with its token. Not a person: it may see nothing."""

    source: Source
    is_authenticated: ClassVar[bool] = True
    is_active: ClassVar[bool] = True
    pk: ClassVar[None] = None

    def __str__(self) -> str:
        return f"source {self.source.slug}"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: Request) -> tuple[User | SourceCaller, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).decode("latin-1").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        try:
            token = tokens.recognise(secret.strip(), at=now())
        except tokens.BadToken as bad:
            raise AuthenticationFailed(str(bad)) from bad
        if token.source is not None:
            return SourceCaller(token.source), token
        assert token.user is not None
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return f'{SCHEME} realm="LeadOps"'


class HasScope(BasePermission):
    """Whether the caller's token reaches far enough for this request. A person in a browser has a person's scopes."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        wanted = scope_of(view, request.method or "GET")
        if isinstance(request.auth, ApiToken):
            scopes = request.auth.scopes
        elif request.user and request.user.is_authenticated:
            scopes = tokens.SCOPES_OF_A_PERSON
        else:
            return False
        self.message = f"This needs a token with the scope {wanted}."
        if wanted == tokens.LEADS_WRITE:
            self.message = "Leads are brought in with the token of a source (scope leads:write)."
        return wanted in scopes


def scope_of(view: APIView, method: str) -> str:
    """The scope that a view asks for: `scopes` by method, else reading for safe methods and working for the rest."""
    default = tokens.LEADS_READ if method in ("GET", "HEAD", "OPTIONS") else tokens.LEADS_WORK
    scopes: dict[str, str] = getattr(view, "scopes", {})
    return scopes.get(method, default)


class BearerScheme(OpenApiAuthenticationExtension):
    """How the schema describes it."""

    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token of a source (scope `leads:write`) or of a person (`leads:read`, `leads:work`).",
        }
