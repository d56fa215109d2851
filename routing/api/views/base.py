"""What all views of the API share."""

from __future__ import annotations

from rest_framework.authentication import SessionAuthentication

from routing.api.authentication import BearerAuthentication, HasScope


class Guarded:
    """For callers with a token, or with a session of the browser. `scopes` may name the scope by method."""

    authentication_classes = [BearerAuthentication, SessionAuthentication]
    permission_classes = [HasScope]
