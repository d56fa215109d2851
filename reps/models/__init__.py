"""What the rep's wing keeps: what was done with a lead, what comes next, and what people are told."""

from .activity import Activity
from .next_step import NextStep
from .notification import Delivery, Notification
from .preference import Preference

__all__ = ["Activity", "Delivery", "NextStep", "Notification", "Preference"]
