"""Times on a page: short words, and the exact moment for machines and on hover."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from reps import moments

register = template.Library()


@register.simple_tag
def moment(when: datetime, at: datetime) -> SafeString:
    """`<time>` with how long before `at` it was, and the exact moment in the viewer's zone as its title."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), moments.exact(when), moments.ago(when, at)
    )


@register.simple_tag
def clock_time(when: datetime, at: datetime) -> SafeString:
    """`<time>` with the hour in the viewer's zone, and the day where it is another: 14:30, or Tue 09:00."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', when.isoformat(), moments.exact(when), moments.hour(when, at)
    )


@register.simple_tag
def due_time(when: datetime, at: datetime) -> SafeString:
    """`<time>` of something that is due, and a word where it is overdue."""
    late = mark_safe(' <small class="overdue">overdue</small>') if when < at else ""
    return format_html('<span class="when">{}{}</span>', clock_time(when, at), late)


@register.filter
def talk(seconds: int) -> str:
    """How long somebody talked, from seconds."""
    return moments.talk(seconds)


@register.filter
def length_of_time(value: timedelta) -> str:
    """A length of time to the second: "40 s", "2 min 40 s"."""
    return moments.talk(int(value.total_seconds())) if value < timedelta(hours=1) else moments.coarse(value)
