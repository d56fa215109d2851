"""The manager's pages, plainly: people, the plan, leads, and what comes in."""

from . import imports, intake, leads, people, plan

__all__ = ["imports", "intake", "leads", "people", "plan"]
