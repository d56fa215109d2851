"""What the rep's wing keeps: what was done with a lead."""

from .activity import Activity

__all__ = ["Activity"]
