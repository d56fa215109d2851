"""A number of a report on the page: the digits of the file, in groups of three, and how it moved."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reports.columns import Column
from reports.table import Row

register = template.Library()


UNKNOWN = mark_safe('<data value="" class="unknown">–</data>')  # nobody's text is in it


@register.simple_tag
def figure(row: Row, column: Column) -> SafeString:
    """The value of a column, with what a file has beside it for programs."""
    return told(row.value(column), column)


@register.simple_tag
def figure_before(row: Row, column: Column) -> SafeString:
    """The value of the period before, alike."""
    return told(row.value_before(column), column)


def told(value: Any, column: Column) -> SafeString:
    if value is None:
        return UNKNOWN
    return format_html('<data value="{}">{}</data>', column.unit.written(value), column.unit.shown(value))


@register.simple_tag
def moved(row: Row, column: Column) -> dict[str, Any]:
    """How a value stands to the period before: `words` for people, `mood` good, bad or nothing. Empty: not known."""
    now, then = column.unit.told(row.value(column)), column.unit.told(row.value_before(column))
    if not column.unit.numeric or now is None or then is None:
        return {}
    if now == then:
        return {"words": "as before", "mood": ""}
    up = now > then
    mood = {"more": "good" if up else "bad", "less": "bad" if up else "good"}.get(column.better, "")
    return {"words": f"{'up' if up else 'down'} from", "mood": mood, "arrow": "↑" if up else "↓"}
