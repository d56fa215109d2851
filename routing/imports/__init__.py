"""Imports that were uploaded: the dry run, the rows coming in and the undoing, done in the background as due work."""

from .requests import NotNow, begin, check, discard, route_now, undo
from .working import work

__all__ = ["NotNow", "begin", "check", "discard", "route_now", "undo", "work"]
