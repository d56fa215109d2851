"""What a file says of a lead's past in another system: whose it was, how far it came, and when.

A moment that cannot be read turns its row away: a past that is half wrong counts wrongly in every report. One that lies
before another that should have come first is real enough: it comes in as it is, with a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from typing import Any, Final

from routing.intake.normalise.moments import NotAMoment, read_moment
from routing.intake.normalise.numbers import NotANumber, read_number
from routing.models import Rep, Stage

MOMENTS: Final = ("captured_at", "assigned_at", "first_touch_at", "won_at", "lost_at")
"""In the order in which they come about."""
ALSO: Final = ("owner", "stage", *MOMENTS, "value")
"""What a file of the past may have beside a lead's facts."""
AHEAD: Final = timedelta(days=1)
"""A date of today, where today has begun already, is not ahead of its time."""
MOST: Final = Decimal(10) ** 14
CLOSED: Final = (Stage.Kind.WON, Stage.Kind.LOST)

Problems = dict[str, list[str]]


@dataclass(slots=True)
class Past:
    """One lead's past, as it was read; `stage` and `rep_id` are known once they were looked up."""

    owner: str = ""
    stage_named: str = ""
    moments: dict[str, datetime] = field(default_factory=dict)
    value: Decimal | None = None
    stage: Stage | None = None
    rep_id: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody may work it still."""
        return self.kind not in CLOSED

    @property
    def kind(self) -> str:
        """What its stage means: as it is named, else as far as its moments say that it came."""
        if self.stage is not None:
            return self.stage.kind
        reached = {"won_at": Stage.Kind.WON, "lost_at": Stage.Kind.LOST, "first_touch_at": Stage.Kind.CONTACTED}
        return next((kind for name, kind in reached.items() if name in self.moments), Stage.Kind.NEW)

    @property
    def columns(self) -> dict[str, Any]:
        """The columns of a lead that it fills, but for whose it was."""
        at, kind = self.moments, self.kind
        return {
            "stage": self.stage,
            "is_open": self.is_open,
            "captured_at": at["captured_at"],
            "first_touch_at": at.get("first_touch_at"),
            "contacted_at": at.get("first_touch_at") if kind != Stage.Kind.NEW else None,
            "won_at": at["won_at"] if kind == Stage.Kind.WON else None,
            "lost_at": at["lost_at"] if kind == Stage.Kind.LOST else None,
            "value": self.value,
        }


def read_past(raw: Mapping[str, Any], *, at: datetime) -> tuple[Past, Problems]:
    """The past in a row's cells, by field, as far as it can be read without asking whose stages and reps there are."""
    past, problems = Past(text(raw.get("owner")), text(raw.get("stage"))), Problems()
    for name in MOMENTS:
        if raw.get(name) in (None, ""):
            continue
        try:
            past.moments[name] = moment = read_moment(raw[name])
        except NotAMoment as error:
            problems[name] = [str(error)]
            continue
        if moment > at + AHEAD:
            problems[name] = [f"{moment:%Y-%m-%d} lies ahead"]
    if "captured_at" not in past.moments and "captured_at" not in problems:
        problems["captured_at"] = ["is blank: nothing says when the lead came"]
    if raw.get("value") not in (None, ""):
        try:
            past.value = Decimal(read_number(raw["value"])).quantize(Decimal("0.01"))
        except NotANumber as error:
            problems["value"] = [str(error)]
        else:
            if not 0 <= past.value < MOST:
                problems["value"] = ["is below zero" if past.value < 0 else "is too large a number"]
    return past, problems


def oddities(past: Past) -> list[str]:
    """What is strange about a past and comes in all the same."""
    odd = [
        f"{later} lies before {earlier}"
        for earlier, later in combinations(past.moments, 2)
        if {earlier, later} != {"won_at", "lost_at"} and past.moments[later] < past.moments[earlier]
    ]
    for name, kind in (("won_at", Stage.Kind.WON), ("lost_at", Stage.Kind.LOST)):
        if name in past.moments and past.kind != kind:
            odd.append(f"{name} is not kept: the lead is {past.kind} by now")
    if past.rep_id is not None and "assigned_at" not in past.moments:
        odd.append("assigned_at is blank: taken as when it was captured")
    return odd


def text(value: object) -> str:
    """A cell as it is compared: without the space around and the doubled space within."""
    return " ".join(str(value or "").split())


class Names:
    """Stages and reps by what people call them: asked once for a whole batch."""

    def __init__(self, *, made: Collection[str] = ()) -> None:
        self.made = {folded(name) for name in made}
        stages = list(Stage.objects.order_by("-position", "-pk"))  # the first of a kind has the last word
        self.first = {stage.kind: stage for stage in stages}
        self.stages = {folded(name): stage for stage in stages for name in (stage.kind, stage.name)}
        self.stages |= {folded(stage.slug): stage for stage in stages}
        self.reps: dict[str, list[int]] = {}
        usernames: dict[str, list[int]] = {}
        for pk, username, name in Rep.objects.order_by("pk").values_list("pk", "username", "name"):
            usernames.setdefault(folded(username), []).append(pk)
            if name:
                self.reps.setdefault(folded(name), []).append(pk)
        self.reps |= usernames

    def rep(self, name: str) -> int | None:
        """Who is called so, by user name or else by name; None where nobody is, or more than one."""
        found = self.reps.get(folded(name), [])
        return found[0] if len(found) == 1 else None

    def is_taken_twice(self, name: str) -> bool:
        """Whether more than one rep is called so."""
        return len(self.reps.get(folded(name), [])) > 1

    def place(self, past: Past) -> Problems:
        """Looks up the stage and the owner of a past; what is wrong with them."""
        problems = Problems()
        if past.stage_named:
            past.stage = self.stages.get(folded(past.stage_named))
            if past.stage is None:
                problems["stage"] = [f"there is no stage {past.stage_named!r}"]
        else:
            past.stage = self.first.get(past.kind)
        for kind, name in ((Stage.Kind.WON, "won_at"), (Stage.Kind.LOST, "lost_at")):
            if past.kind == kind and name not in past.moments:
                problems[name] = [f"is blank: nothing says when the lead was {kind}"]
        if past.owner:
            past.rep_id = self.rep(past.owner)
            if past.rep_id is None and folded(past.owner) not in self.made:
                twice = self.is_taken_twice(past.owner)
                words = "more than one rep is called" if twice else "there is no rep"
                problems["owner"] = [f"{words} {past.owner!r}"]
        return problems


def folded(name: str) -> str:
    """A name as it is compared."""
    return text(name).casefold()


def owners_named(names: Iterable[str]) -> dict[str, int]:
    """Those of these names that are no rep's, or more than one's, with how often they come, the commonest first."""
    counts: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for name in names:
        counts[folded(name)] = counts.get(folded(name), 0) + 1
        spelled.setdefault(folded(name), name)
    known = Names()
    unknown = {spelled[name]: count for name, count in counts.items() if known.rep(name) is None}
    return dict(sorted(unknown.items(), key=lambda pair: (-pair[1], pair[0])))
