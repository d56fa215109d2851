"""The clocks of leads: started when one is somebody's or begins to lie unclaimed, stopped by an answer or an end."""

from .clocks import CLOSED, Start, start, stop, take_up
from .left import Left, left

__all__ = ["CLOSED", "Left", "Start", "left", "start", "stop", "take_up"]
