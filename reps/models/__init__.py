"""What the rep's wing keeps: what was done with a lead, what comes next, when leads begin anew, mail that comes in, and
what people are told."""

from .activity import Activity
from .mail import MailAddress, StrayMail
from .next_step import NextStep
from .notification import Delivery, Notification
from .preference import Preference
from .recycling import LOST_REASONS, RecyclePolicy

__all__ = [
    "LOST_REASONS",
    "Activity",
    "Delivery",
    "MailAddress",
    "NextStep",
    "Notification",
    "Preference",
    "RecyclePolicy",
    "StrayMail",
]
