"""What the rep's wing keeps: what was done with a lead, what comes next, when leads begin anew, mail that comes in,
what people are told, and what customers say."""

from .activity import Activity
from .feedback import GOOD, POOR, RATINGS, FeedbackOptOut, FeedbackPolicy, FeedbackRequest, Occasion
from .mail import MailAddress, StrayMail
from .next_step import NextStep
from .notification import Delivery, Notification
from .preference import Preference
from .recycling import LOST_REASONS, RecyclePolicy

__all__ = [
    "GOOD",
    "LOST_REASONS",
    "POOR",
    "RATINGS",
    "Activity",
    "Delivery",
    "FeedbackOptOut",
    "FeedbackPolicy",
    "FeedbackRequest",
    "MailAddress",
    "NextStep",
    "Notification",
    "Occasion",
    "Preference",
    "RecyclePolicy",
    "StrayMail",
]
