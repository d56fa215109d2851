"""What the analyst's wing keeps; everything else it counts from the rows of the others."""

from .targets import EarlyWarning, Target, Watch

__all__ = ["EarlyWarning", "Target", "Watch"]
