"""The manager's pages about the work: what reps planned and left, leads that begin anew, mails not understood."""

from . import mails, next_steps, recycling

__all__ = ["mails", "next_steps", "recycling"]
