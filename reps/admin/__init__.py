"""The pages about the work: what reps planned and left, leads that begin anew, mails not understood, what goes out."""

from . import mails, messages, next_steps, recycling

__all__ = ["mails", "messages", "next_steps", "recycling"]
