"""What became of everybody: the weeks played through in order by the engine, with the rows real work would leave.

Who gets a lead, and why, is decided by the code that decides it today, on ledgers and loads as they stood that moment;
so every one of these decisions can be explained. Nothing is written here: `Past` holds the rows, build.py stores them.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from reps.models import Activity
from routing.assignment.books import Books
from routing.assignment.delivery import Routed
from routing.assignment.transfer import ALWAYS_BY_HAND
from routing.assignment.waits import working_seconds
from routing.engine.calendars import FOREVER
from routing.engine.clocks import own_hours
from routing.engine.decide import Decision, Qualified, apply, decide, qualify
from routing.engine.facts import Facts
from routing.engine.fairness import Owed
from routing.engine.ordering import Orders
from routing.engine.plan import POOLED, CompiledPlan
from routing.engine.returning import KnownOwners, Owners
from routing.engine.roster import Roster
from routing.leadfacts import Taken
from routing.models import Assignment, Event, RosterState, StageMove, User
from routing.models import Decision as DecisionRow

from .life import Act, Life

STATUS: Final = {
    "assigned": "assigned",
    "offered": "assigned",
    "pooled": "pooled",
    "waiting": "waiting",
    "disqualified": "disqualified",
}
STILL_FRESH: Final = timedelta(minutes=13)
OPEN_AGAIN: Final = timedelta(minutes=20)


@dataclass(slots=True, eq=False)
class Story:
    """One lead through the weeks: where it stands, and the line of its history that is open now."""

    taken: Taken
    lies: bool
    status: str = "new"
    owner: str | None = None
    decision: Decision | None = None
    plan: int = 0
    stage: str = "new"
    is_open: bool = True
    assignment: Assignment | None = None
    owed: Owed | None = None
    tried: set[str] = field(default_factory=set)
    routed_at: datetime | None = None
    assigned_at: datetime | None = None
    pooled_at: datetime | None = None
    waiting_since: datetime | None = None
    first_touch_at: datetime | None = None
    working_wait: int | None = None
    reached: dict[str, datetime] = field(default_factory=dict)
    closed_at: datetime | None = None
    reason: str = ""
    value: Any = None
    updated_at: datetime | None = None
    keys: list[tuple[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.keys = [key for keys in self.taken.keys.values() for key in keys]

    @property
    def captured_at(self) -> datetime:
        at = self.taken.raw["captured_at"]
        assert isinstance(at, datetime)
        return at


class Past:
    """The weeks until now. `plans` are the versions with the moment each came into force, the first one first."""

    def __init__(
        self,
        books: Books,
        plans: Sequence[tuple[datetime, CompiledPlan]],
        users: dict[str, User],
        stages: dict[str, int],
        hands_out: User,
        chance: Random,
    ) -> None:
        self.who, self.people = books.directory, books.directory.people
        self.loads, self.team_loads, self.ledgers = books.roster.loads, books.roster.team_loads, books.roster.ledgers
        self.plans, self.users, self.stages, self.hands_out, self.chance = plans, users, stages, hands_out, chance
        self.stories: list[Story] = []
        self.bases: list[RosterState] = []
        self.decisions: list[DecisionRow] = []
        self.assignments: list[Assignment] = []
        self.postings: list[tuple[Assignment, str, Owed, int, str, datetime]] = []
        self.events: list[Event] = []
        self.activities: list[Activity] = []
        self.moves: list[StageMove] = []
        self._hours = {name: own_hours(rep) for name, rep in self.people.reps.items()}
        self._known = Owners()
        self._due: list[tuple[datetime, int, str, Story, Any]] = []
        self._count = 0
        self._untouched_since = datetime.max.replace(tzinfo=UTC)

    def play(self, stories: Iterable[Story], *, until: datetime) -> None:
        """From the first arrival to `until`. Whoever got a lead just before has not come round to it."""
        self._untouched_since = until - STILL_FRESH
        for story in stories:
            self.stories.append(story)
            self._plan_for(story.captured_at + timedelta(seconds=self.chance.uniform(0.3, 2.5)), "arrives", story)
        while self._due and self._due[0][0] <= until:
            at, _, verb, story, what = heapq.heappop(self._due)
            getattr(self, f"_{verb}")(story, at, what)

    def _plan_for(self, at: datetime, verb: str, story: Story, what: Any = None) -> None:
        self._count += 1
        heapq.heappush(self._due, (at, self._count, verb, story, what))

    # --- who gets it ------------------------------------------------------------------------------

    def _arrives(self, story: Story, at: datetime, _: Any) -> None:
        self._route(story, at)

    def _waits(self, story: Story, at: datetime, _: Any) -> None:
        if story.status == "waiting":
            self._route(story, at)

    def _route(self, story: Story, at: datetime) -> None:
        plan = next(plan for since, plan in reversed(self.plans) if since <= at)
        taken = story.taken
        qualified = qualify(Facts(taken.raw, id=str(taken.id), calendars=self.people.calendars), plan, at=at)
        basis = self._basis(qualified, plan, story, at)
        roster = self._roster()
        orders = Orders(roster)
        history = KnownOwners(self._known, taken.keys)
        seen = [(kind, name, then.isoformat()) for kind in taken.keys for name, then in history.owners(kind)]
        tried = frozenset(story.tried)
        decision = decide(qualified, plan, roster, orders, at=at, history=history, tried=tried)
        apply(decision, roster, orders, at=at)
        was = story.decision
        still_waits = story.status == "waiting" and decision.outcome == "waiting" and was is not None
        if not (still_waits and was and (was.rule_slug, was.reason) == (decision.rule_slug, decision.reason)):
            kept = Routed(taken.id, 1, True, True, ("", "", ""), None, decision, taken.read(plan), tried, seen=seen)
            self._decided(story, decision, basis, kept.explanation(), plan.number or 0, at)
        story.decision, story.plan, story.routed_at, story.updated_at = decision, plan.number or 0, at, at
        story.status = STATUS[decision.outcome]
        if decision.rep is not None:
            method = "returning" if decision.returned_by else decision.delivery
            self._given(story, decision.rep, at, method=method, decision=self.decisions[-1])
            if decision.owed is not None:
                self._posted(story, decision.owed, decision.reason, at)
        elif decision.outcome == "pooled":
            story.pooled_at = at
            if not story.lies:
                self._plan_for(at + self._temptation(story), "lies", story)
        elif decision.outcome == "waiting":
            story.waiting_since = story.waiting_since or at
            until = min((found.until for step in decision.steps for found in step.eligibles), default=FOREVER)
            self._plan_for(at + OPEN_AGAIN if until == FOREVER else until + timedelta(seconds=3), "waits", story)

    def _decided(
        self, story: Story, decision: Decision, basis: RosterState | None, explanation: str, plan: int, at: datetime
    ) -> None:
        keeps_basis = decision.rep is not None or decision.outcome == "waiting"
        if keeps_basis and basis is not None:
            self.bases.append(basis)
        self.decisions.append(
            DecisionRow(
                lead_id=story.taken.id,
                at=at,
                outcome=decision.outcome,
                plan_version_id=plan,
                rule=decision.rule_slug,
                team_id=self.who.team_ids.get(decision.team or ""),
                rep_id=self.who.rep_ids.get(decision.rep or ""),
                reason=decision.reason,
                basis=basis if keeps_basis else None,
                explanation=explanation,
            )
        )
        detail = {"reason": decision.reason} | ({} if story.taken.urgent else {"imported": True})
        self._told(f"lead.{STATUS[decision.outcome]}", story, at, rep=decision.rep, team=decision.team, detail=detail)

    def _basis(self, lead: Qualified, plan: CompiledPlan, story: Story, at: datetime) -> RosterState | None:
        """Ledgers and loads as this decision finds them, as the pipeline keeps them; None for one that asks nobody."""
        teams: set[str] = set()
        reps: set[str] = set()
        for kind in plan.returning.match if plan.returning is not None else ():
            reps.update(name for name, _ in self._known.of(story.taken.keys.get(kind, ())))
        for rule in lead.rules() if lead.disqualifier is None else ():
            if rule.delivery in POOLED:
                break
            teams |= plan.teams_reached(rule, lead.territory)
            reps |= {rule.rep} if rule.rep is not None else set()
            if rule.when_nobody != "next_rule":
                break
        for team in teams:
            reps.update(member.rep for member in self.people.teams[team].members)
        held: list[list[Any]] = []
        for rep in sorted(reps):
            loads = [
                (None, self.loads.get(rep)),
                *((team, self.team_loads.get((team, rep))) for team in self.people.teams_of(rep)),
            ]
            held += [[rep, team, *_as_row(load)] for team, load in loads if load is not None and load.keys[0]]
        state = {"ledgers": {team: self.ledgers[team].to_state() for team in sorted(teams)}, "loads": held, "off": {}}
        return RosterState(at=at, people_id=self.who.digest, state=json.dumps(state, separators=(",", ":")))

    def _roster(self) -> Roster:
        """A roster of this moment: what it remembers of who is able holds no longer than a lead."""
        return Roster(self.people, loads=self.loads, team_loads=self.team_loads, ledgers=self.ledgers)

    # --- the pools --------------------------------------------------------------------------------

    def _temptation(self, story: Story) -> timedelta:
        """How long it takes until somebody goes for a lead that lies there."""
        assert story.decision is not None
        minutes = {"claim": 3, "pick": 240, "blind": 120, "manual": 50}[story.decision.delivery]
        return timedelta(minutes=min(4_000, self.chance.lognormvariate(0, 0.9) * minutes))

    def _lies(self, story: Story, at: datetime, _: Any) -> None:
        """Whoever is at work and may have it takes it; while nobody is, it goes on lying there."""
        decision = story.decision
        assert decision is not None and decision.rule is not None and decision.team is not None
        roster = self._roster()
        answer = roster.eligible(decision.rule.ask(decision.qualified.territory), at)
        able = [
            rep
            for rep in (member.rep for member in self.people.teams[decision.team].members)
            if set(answer.reasons.get(rep, ())) <= ALWAYS_BY_HAND and self.at_work(rep, at) == at
        ]
        if not able:
            self._plan_for(at + timedelta(minutes=self.chance.uniform(15, 45)), "lies", story)
            return
        method = decision.delivery
        # A manager hands out to whoever is furthest behind; whoever goes for a lead is whoever happens to look.
        rep = max(able, key=self.ledgers[decision.team].lag) if method == "manual" else self.chance.choice(able)
        counts = self.people.teams[decision.team].counts.get(method, False) and answer.takers
        owed = roster.owed(answer, at) if counts else None
        roster.take(rep, team=decision.team, at=at)
        self._given(story, rep, at, method=method, by=self.hands_out if method == "manual" else self.users[rep])
        if owed is not None:
            self.ledgers[decision.team].post(owed, rep, at)
            self._posted(story, owed, method, at)
        elif method == "manual":
            self.ledgers[decision.team].touch(rep, at)
        self._told("lead.assigned", story, at, rep=rep, team=decision.team, detail={"method": method})

    # --- in somebody's hands ----------------------------------------------------------------------

    def _given(
        self,
        story: Story,
        rep: str,
        at: datetime,
        *,
        method: str,
        decision: DecisionRow | None = None,
        by: User | None = None,
    ) -> None:
        assert story.decision is not None
        team = story.decision.team
        assignment = Assignment(
            lead_id=story.taken.id,
            rep_id=self.who.rep_ids[rep],
            team_id=self.who.team_ids.get(team or ""),
            method=method,
            rule=story.decision.rule_slug,
            decision=decision,
            by=by,
            assigned_at=at,
        )
        self.assignments.append(assignment)
        story.status, story.owner, story.assignment, story.assigned_at, story.updated_at = (
            "assigned",
            rep,
            assignment,
            at,
            at,
        )
        story.pooled_at = story.waiting_since = None
        self._known.record(story.keys, rep, at)
        if at > self._untouched_since:
            return
        size = int(story.taken.raw.get("company_size") or 20)
        for act in Life(self.chance, self.at_work, rep, story.decision.qualified.band, size).lived(at):
            self._plan_for(act.at, "acts", story, (assignment, act))

    def _posted(self, story: Story, owed: Owed, reason: str, at: datetime) -> None:
        assert story.assignment is not None and story.owner is not None
        story.owed = owed
        self.postings.append((story.assignment, story.owner, owed, 1, reason, at))

    def _acts(self, story: Story, at: datetime, what: tuple[Assignment, Act]) -> None:
        assignment, act = what
        rep = story.owner
        if story.assignment is not assignment or rep is None:
            return
        story.updated_at = at
        if act.activity is not None:
            fields = {"direction": "out", **act.activity}
            self.activities.append(
                Activity(
                    lead_id=story.taken.id,
                    at=at,
                    logged_at=at,
                    rep_id=self.who.rep_ids[rep],
                    by=self.users[rep],
                    **fields,
                )
            )
            if fields["direction"] == "out":
                self._touched(story, assignment, rep, at)
        elif act.given_back:
            self._given_back(story, at, act.given_back)
        else:
            self._moved(story, at, act)

    def _touched(self, story: Story, assignment: Assignment, rep: str, at: datetime) -> None:
        hours = self._hours[rep]
        if story.first_touch_at is None:
            story.first_touch_at, story.working_wait = at, working_seconds(hours, story.captured_at, at)
        if assignment.first_touch_at is None:
            assignment.first_touch_at = at
            assignment.working_wait = working_seconds(hours, assignment.assigned_at, at)

    def _moved(self, story: Story, at: datetime, act: Act) -> None:
        assert story.owner is not None
        story.stage = act.stage
        story.reached.setdefault(act.stage, at)
        by = self.users[story.owner]
        self.moves.append(StageMove(lead_id=story.taken.id, stage_id=self.stages[act.stage], at=at, by=by))
        self._told(
            "lead.moved",
            story,
            at,
            rep=story.owner,
            team=story.decision.team if story.decision else None,
            detail={"stage": act.stage, "by": by.pk},
        )
        if act.stage in ("won", "lost"):
            story.is_open, story.closed_at, story.value, story.reason = False, at, act.value, act.reason
            self._lightened(story)

    def _given_back(self, story: Story, at: datetime, reason: str) -> None:
        """Ended, taken off the account where the team grants that, and off to somebody else."""
        assignment, rep, decision = story.assignment, story.owner, story.decision
        assert assignment is not None and rep is not None and decision is not None
        assignment.ended_at, assignment.ended_because = at, reason
        self._lightened(story)
        team = decision.team
        self._told("lead.given_back", story, at, rep=rep, team=team, detail={"reason": reason})
        if story.owed is not None and team is not None and reason in self.people.teams[team].credit:
            self.ledgers[team].reverse(story.owed.members, rep)
            self.postings.append((assignment, rep, story.owed, -1, reason, at))
        story.owner = story.assignment = story.owed = story.assigned_at = None
        story.status = "new"
        story.tried.add(rep)
        self._known = Owners()
        owned = [
            (one.assigned_at, one) for one in self.stories if one.owner is not None and one.assigned_at is not None
        ]
        for assigned_at, one in sorted(owned, key=lambda pair: pair[0]):
            self._known.record(one.keys, one.owner or "", assigned_at)
        self._plan_for(at + timedelta(seconds=self.chance.uniform(0.5, 3)), "arrives", story)

    def _lightened(self, story: Story) -> None:
        team = story.decision.team if story.decision else None
        loads = [self.loads[story.owner or ""]]
        if team is not None and (team, story.owner or "") in self.team_loads:
            loads.append(self.team_loads[team, story.owner or ""])
        for load in loads:
            load.open -= 1
            load.changed = True

    def _told(
        self, kind: str, story: Story, at: datetime, *, rep: str | None, team: str | None, detail: dict[str, Any]
    ) -> None:
        """News of the past: long since told to everybody."""
        self.events.append(
            Event(
                kind=kind,
                at=at,
                lead_id=story.taken.id,
                team_id=self.who.team_ids.get(team or ""),
                rep_id=self.who.rep_ids.get(rep or ""),
                detail=detail,
                dispatched_at=at,
            )
        )

    def at_work(self, rep: str, at: datetime) -> datetime:
        """The first moment from `at` on at which a rep is at work."""
        person = self.people.reps[rep]
        for _ in range(400):
            absence = person.absence_at(at)
            if absence is not None:
                at = absence[1]
                continue
            is_open, until = person.calendar.status(at)
            if is_open:
                return at
            at = until
        return at


def _as_row(load: Any) -> list[Any]:
    (hour_key, day_key, week_key, month_key), (hour, day, week, month) = load.keys, load.counts
    return [load.open, hour_key, hour, day_key, day, week_key, week, month_key, month]
