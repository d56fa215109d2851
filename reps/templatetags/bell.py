"""The bell where there is no desk: in the admin."""

from typing import Any

from django import template
from django.utils.timezone import now

from reps.desk import Onlooker
from routing.models import User

register = template.Library()


@register.simple_tag(takes_context=True)
def onlooker(context: dict[str, Any]) -> Onlooker | None:
    """Whoever reads this page, as somebody with a bell; nobody on pages without a person, and in pop-ups."""
    user = getattr(context.get("request"), "user", None)
    if not isinstance(user, User) or context.get("is_popup"):
        return None
    return Onlooker(user=user, at=now())
