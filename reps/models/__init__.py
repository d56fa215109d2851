"""What the rep's wing keeps: what was done with a lead, what comes next, when leads begin anew, mail that comes in."""

from .activity import Activity
from .mail import MailAddress, StrayMail
from .next_step import NextStep
from .recycling import LOST_REASONS, RecyclePolicy

__all__ = ["LOST_REASONS", "Activity", "MailAddress", "NextStep", "RecyclePolicy", "StrayMail"]
