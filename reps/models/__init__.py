"""What the rep's wing keeps: what was done with a lead, and what comes next."""

from .activity import Activity
from .next_step import NextStep

__all__ = ["Activity", "NextStep"]
