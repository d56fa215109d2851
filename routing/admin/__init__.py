"""The manager's pages, plainly: people, the plan, leads, and what comes in."""

from . import intake, leads, people, plan

__all__ = ["intake", "leads", "people", "plan"]
