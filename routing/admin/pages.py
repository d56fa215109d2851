"""Pages of the admin beside the lists and forms of its models."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.template.response import TemplateResponse

SEES_THE_PLAN = "routing.view_rule"
"""Who may read the rules may see what comes of them."""


def page(request: HttpRequest, template: str, context: dict[str, Any], *, title: str) -> TemplateResponse:
    """A page in the admin's frame."""
    return TemplateResponse(request, template, {**admin.site.each_context(request), "title": title, **context})


def wants(request: HttpRequest, *permissions: str) -> None:
    """Refuses whoever lacks any of these."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied
