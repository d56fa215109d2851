"""Time off: booked, changed and cancelled by reps for themselves and by managers for their reps."""

from .booking import CannotBook, Span, away_at, book, cancel, change

__all__ = ["CannotBook", "Span", "away_at", "book", "cancel", "change"]
