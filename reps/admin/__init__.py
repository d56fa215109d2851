"""The pages about the work: what reps planned and left, leads that begin anew, what customers say, mails not
understood, and what goes out."""

from . import feedback, mails, messages, next_steps, recycling

__all__ = ["feedback", "mails", "messages", "next_steps", "recycling"]
