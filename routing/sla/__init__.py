"""The clocks of leads: started when one is somebody's or begins to lie unclaimed, stopped by an answer or an end."""

from .clocks import Start, start, stop
from .left import Left, left

__all__ = ["Left", "Start", "left", "start", "stop"]
