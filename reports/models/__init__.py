"""What the analyst's wing keeps; everything else it counts from the rows of the others."""

from .subscription import Addressee, Subscription
from .targets import EarlyWarning, Target, Watch

__all__ = ["Addressee", "EarlyWarning", "Subscription", "Target", "Watch"]
