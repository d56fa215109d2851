"""Why an assignment ended where nobody gave the lead back. Any other reason is a rep's own word for giving it back."""

from typing import Final

TAKEN_AWAY: Final = frozenset(
    {
        "handed_over",  # a manager gave it to somebody else
        "rerouted",  # it was routed anew
        "owner_left",
        "sla",  # not answered in time
        "released",  # put into the pool
        "untouched",  # recycled, since its owner let it lie
        "lost",  # recycled, some time after it was lost
        "withdrawn",  # with its import
    }
)
