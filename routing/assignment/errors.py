"""Why a lead did not change hands, in words for whoever tried."""

from __future__ import annotations

from datetime import datetime

from routing.models import Rep


class AssignmentError(Exception):
    """A change of owner that was refused. `code` is a short machine word; the text is for people."""

    code = "refused"

    def __init__(self, words: str, *, code: str | None = None) -> None:
        super().__init__(words)
        if code is not None:
            self.code = code


class AlreadyTaken(AssignmentError):
    """Somebody else was first."""

    code = "already_taken"

    def __init__(self, owner: Rep, claimed_at: datetime) -> None:
        super().__init__(f"{owner} was first.")
        self.owner = owner
        self.claimed_at = claimed_at


class NotAllowed(AssignmentError):
    """This rep cannot have this lead; `code` is the reason against them."""

    code = "not_allowed"


class NotThere(AssignmentError):
    """There is no such lead, or it is not in a state in which that can be done."""

    code = "not_there"
