"""The one door through which a lead changes hands.

Every change of owner, by job, page, API or admin, comes through here: it locks, checks again, and writes lead,
assignment, ledger, loads and news in one transaction. Locks are taken in one order: the lead, the team's ledger, loads.
"""

from .ends import TAKEN_AWAY
from .errors import AlreadyTaken, AssignmentError, NotAllowed, NotThere
from .handing import give_back, hand_over
from .offering import accept, decline, expire
from .recycling import recycle
from .releasing import release
from .rerouting import reroute
from .taking import claim, pick, pull
from .withdrawing import WITHDRAWN, withdraw
from .working import move, touch

__all__ = [
    "TAKEN_AWAY",
    "WITHDRAWN",
    "AlreadyTaken",
    "AssignmentError",
    "NotAllowed",
    "NotThere",
    "accept",
    "claim",
    "decline",
    "expire",
    "give_back",
    "hand_over",
    "move",
    "pick",
    "pull",
    "recycle",
    "release",
    "reroute",
    "touch",
    "withdraw",
]
