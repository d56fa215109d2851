"""Where the draft stands: what is in force, and whether the draft says the same."""

from dataclasses import dataclass
from datetime import datetime

from routing.models import PlanVersion, Revision

from .document import canonical, digest, plan_half
from .publish import configuration


@dataclass(frozen=True, slots=True)
class Standing:
    """The version in force (0: none yet) and whether the draft differs from it."""

    number: int
    differs: bool
    published_at: datetime | None = None
    by: str = ""
    note: str = ""


def standing() -> Standing:
    """Where the draft stands now; a few queries whatever its size."""
    now = digest(canonical(plan_half(configuration())))
    row = PlanVersion.objects.filter(number__in=Revision.objects.values("plan")).select_related("published_by").first()
    if row is None:
        return Standing(0, differs=True)
    by = row.published_by.get_full_name() or row.published_by.get_username() if row.published_by else ""
    return Standing(row.number, row.digest != now, row.published_at, by, row.note)
