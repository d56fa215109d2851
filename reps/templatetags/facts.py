"""A lead's facts on a page."""

from django import template

from reps import facts

register = template.Library()
register.filter("in_a_line", facts.in_a_line)
register.filter("figure", facts.figure)
