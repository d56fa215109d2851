"""What managers are alerted about: looked at every minute, told once, told again only after it was over."""

from .checking import EVERY, check_due, oldest

__all__ = ["EVERY", "check_due", "oldest"]
