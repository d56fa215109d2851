"""A lead's facts on a page."""

from collections.abc import Iterable
from typing import Any

from django import template

from reps import facts

register = template.Library()
register.filter("in_a_line", facts.in_a_line)
register.filter("figure", facts.figure)


@register.filter
def unanswered(leads: Iterable[Any]) -> int:
    """How many of these leads of a queue have had no answer yet."""
    return sum(not lead.in_hand for lead in leads)


@register.filter
def words(name: str) -> str:
    """The name of a form's field as people say it."""
    return {"body": "notes", "at": "when", "what": "next step"}.get(name, name.replace("_", " "))


@register.filter
def label_of(form: Any, name: str) -> str:
    """What a form calls one of its fields."""
    return form.fields[name].label or words(name)
