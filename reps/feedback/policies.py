"""Which policy holds for a team: its own, else that of all others."""

from __future__ import annotations

from collections.abc import Mapping

from reps.models import FeedbackPolicy

Policies = Mapping[int | None, FeedbackPolicy]
"""By team; None: that of all others."""


def policies() -> Policies:
    """All there are."""
    return {policy.team_id: policy for policy in FeedbackPolicy.objects.all()}


def policy_for(team_id: int | None, among: Policies) -> FeedbackPolicy | None:
    """The one that holds for a team, if it is switched on. A team's own that is off is a no, whatever others have."""
    found = among.get(team_id) or among.get(None)
    return found if found is not None and found.active else None
