"""Who can take a lead now: people, how full they are and what they are owed, as they change from lead to lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from . import eligibility as why
from .calendars import FOREVER
from .eligibility import Ask, Eligibles
from .fairness import Absence, Ledger, Owed
from .loads import Load
from .people import CAP_UNITS, Member, People, Rep
from .periods import Keys, PeriodClock, period_keys


class Roster:
    """People, loads and ledgers. Reading it changes nothing but caches; leads taken, posted and closed do.

    An answer about who is eligible is kept until an instant passes at which a shift, an absence, a pause or a period of
    a cap may turn, or until somebody asked for reaches a cap.
    """

    def __init__(
        self,
        people: People,
        *,
        loads: Mapping[str, Load] | None = None,
        team_loads: Mapping[tuple[str, str], Load] | None = None,
        ledgers: Mapping[str, Ledger] | None = None,
    ) -> None:
        self.people = people
        self.loads: dict[str, Load] = dict(loads or {})
        self.team_loads: dict[tuple[str, str], Load] = dict(team_loads or {})
        self.ledgers: dict[str, Ledger] = dict(ledgers or {})
        self._members: dict[str, dict[str, Member]] = {
            team.slug: {member.rep: member for member in team.members} for team in people.teams.values()
        }
        self._clocks: dict[str, PeriodClock] = {}
        zone_clocks: dict[str, PeriodClock] = {}
        for rep in people.reps.values():
            self._clocks[rep.username] = zone_clocks.setdefault(rep.calendar.zone.key, PeriodClock(rep.calendar.zone))
        self._epochs: dict[str, int] = {}
        self._kept: dict[Ask, Eligibles] = {}
        self._owed: dict[tuple[tuple[tuple[str, int], ...], tuple[str, ...]], Owed] = {}
        self._team_caps: dict[str, int] = {}

    def ledger(self, team: str) -> Ledger:
        """The ledger of a team; a new one where it has none yet."""
        ledger = self.ledgers.get(team)
        if ledger is None:
            ledger = self.ledgers[team] = Ledger()
        return ledger

    def load(self, rep: str) -> Load:
        """How full a rep is, over all teams."""
        load = self.loads.get(rep)
        if load is None:
            load = self.loads[rep] = Load()
        return load

    def team_load(self, team: str, rep: str) -> Load:
        """How full a rep is with a team's leads."""
        load = self.team_loads.get((team, rep))
        if load is None:
            load = self.team_loads[team, rep] = Load()
        return load

    def keys(self, rep: str, at: datetime) -> Keys:
        """What the running periods are called in a rep's time zone."""
        clock = self._clocks.get(rep)
        return clock.at(at)[0] if clock is not None else period_keys(at, ZoneInfo("UTC"))

    def position(self, team: str, rep: str) -> int:
        """A member's place in the team's list."""
        return self._members[team][rep].position

    def largest_open_cap(self, team: str | None) -> int:
        """What a rep without an open cap counts with: the team's largest, or 100 where nobody has one."""
        if team is None or team not in self.people.teams:
            return 100
        cap = self._team_caps.get(team)
        if cap is None:
            caps = [
                rep.caps["open"]
                for member in self.people.teams[team].members
                if (rep := self.people.reps.get(member.rep)) is not None and "open" in rep.caps
            ]
            cap = self._team_caps[team] = max(caps, default=0) or 100
        return cap

    def eligible(
        self, ask: Ask, at: datetime, tried: frozenset[str] = frozenset(), resting: frozenset[str] = frozenset()
    ) -> Eligibles:
        """Who of those asked for can take a lead at an instant, in position order, and why everybody else cannot.

        `tried` had it in this cycle; `resting` were just given as many waiting leads as one gets at once.
        """
        epoch = self._epochs.get(ask.team or ask.rep or "", 0)
        kept = self._kept.get(ask)
        if kept is None or kept.epoch != epoch or not at < kept.until:
            kept = self._kept[ask] = self._look(ask, at, frozenset(), frozenset(), epoch)
        passed = tried | resting
        if passed and not (passed.isdisjoint(kept.takers) and passed.isdisjoint(kept.reasons)):
            return self._look(ask, at, tried, resting, epoch)
        return kept

    def owed(self, eligibles: Eligibles, at: datetime) -> Owed:
        """Who is owed a share of a lead: those who can take it, and those whose absence is still being made up."""
        made_up = [one for one in eligibles.made_up if self._still_made_up(eligibles.ask.team, one[0], at)]
        key = tuple(rep for rep, _ in made_up)
        owed = eligibles.owed.get(key)
        if owed is None:
            members = [*eligibles.weights, *made_up]
            if made_up and eligibles.ask.team is not None:
                members.sort(key=lambda member: self.position(eligibles.ask.team or "", member[0]))
            owed = eligibles.owed[key] = self.owed_set(tuple(members), eligibles.takers)
        return owed

    def owed_set(self, members: tuple[tuple[str, int], ...], takers: tuple[str, ...]) -> Owed:
        """The one object for a set of reps who are owed."""
        owed = self._owed.get((members, takers))
        if owed is None:
            owed = self._owed[members, takers] = Owed(members, takers)
        return owed

    def take(self, rep: str, *, team: str | None, at: datetime) -> None:
        """A rep gets a lead: counted in every running period. Whoever reaches a cap is no longer eligible."""
        keys = self.keys(rep, at)
        load = self.load(rep)
        load.take(keys)
        person = self.people.reps.get(rep)
        if person is not None and person.caps and load.full(person.caps, keys):
            self._epochs[rep] = self._epochs.get(rep, 0) + 1
            for slug in self.people.teams_of(rep):
                self._epochs[slug] = self._epochs.get(slug, 0) + 1
        if team is not None:
            of_team = self.team_load(team, rep)
            of_team.take(keys)
            member = self._members.get(team, {}).get(rep)
            if member is not None and member.caps and of_team.full(member.caps, keys):
                self._epochs[team] = self._epochs.get(team, 0) + 1

    def give_up(self, rep: str, *, team: str | None, at: datetime) -> None:
        """The lead that a rep got at that time never came."""
        keys = self.keys(rep, at)
        self.load(rep).give_up(keys)
        if team is not None:
            self.team_load(team, rep).give_up(keys)

    def close(self, rep: str, *, team: str | None) -> None:
        """A rep is done with a lead, which came through `team`. Whoever had no room for another has it now."""
        load, person = self.load(rep), self.people.reps.get(rep)
        if person is not None and load.open >= person.caps.get("open", load.open + 1):
            for name in (rep, *self.people.teams_of(rep)):
                self._epochs[name] = self._epochs.get(name, 0) + 1
        load.close()
        if team is not None:
            of_team, member = self.team_load(team, rep), self._members.get(team, {}).get(rep)
            if member is not None and of_team.open >= member.caps.get("open", of_team.open + 1):
                self._epochs[team] = self._epochs.get(team, 0) + 1
            of_team.close()

    def post(self, eligibles: Eligibles, owed: Owed, winner: str, at: datetime) -> None:
        """One lead of a team delivered by fair share; absences that are made up take note of what they brought."""
        team = eligibles.ask.team
        assert team is not None, "a rule to one rep moves no ledger"
        ledger = self.ledger(team)
        make_up = self.people.teams[team].make_up
        if make_up is not None:
            for rep in list(ledger.absences):
                # An absence is over when a lead comes for which nothing of the chosen kinds is against them.
                if make_up.reasons.isdisjoint(eligibles.reasons.get(rep, ())):
                    del ledger.absences[rep]
            if len(owed.members) > len(owed.takers):
                takers = set(owed.takers)
                for rep, weight in owed.members:
                    if rep not in takers:
                        absence = ledger.absences.setdefault(rep, Absence(Fraction(0), at))
                        absence.brought += Fraction(weight, owed.total)
        ledger.post(owed, winner, at)

    def _still_made_up(self, team: str | None, rep: str, at: datetime) -> bool:
        make_up = self.people.teams[team].make_up if team is not None else None
        if make_up is None:
            return False
        absence = self.ledger(team or "").absences.get(rep)
        if absence is None:
            return make_up.leads > 0 and make_up.days > 0
        return absence.brought < make_up.leads and at - absence.since < timedelta(days=make_up.days)

    def _look(self, ask: Ask, at: datetime, tried: frozenset[str], resting: frozenset[str], epoch: int) -> Eligibles:
        until = FOREVER
        takers: list[str] = []
        weights: list[tuple[str, int]] = []
        reasons: dict[str, tuple[str, ...]] = {}
        if ask.team is None:
            members = [Member(ask.rep or "", 0)]
            make_up = None
        else:
            team = self.people.teams.get(ask.team)
            members = list(team.members) if team is not None else []
            make_up = team.make_up if team is not None else None
        made_up: list[tuple[str, int]] = []
        for member in members:
            against, turns = self._against(member, ask, at, tried)
            if member.rep in resting:
                against = (*against, why.CATCHING_UP)
            until = min(until, turns)
            weight = member.weight if ask.weighted else 1
            if not against:
                takers.append(member.rep)
                weights.append((member.rep, weight))
            else:
                reasons[member.rep] = against
                if make_up is not None and make_up.reasons.issuperset(against):
                    made_up.append((member.rep, weight))
        return Eligibles(ask, tuple(takers), reasons, until, tuple(weights), tuple(made_up), {}, epoch)

    def _against(
        self, member: Member, ask: Ask, at: datetime, tried: frozenset[str]
    ) -> tuple[tuple[str, ...], datetime]:
        """Every reason against a rep, in order, and an instant until which they surely stay."""
        rep = self.people.reps.get(member.rep)
        if rep is None:
            return (why.INACTIVE,), FOREVER
        found = []
        if not rep.active:
            found.append(why.INACTIVE)
        if ask.only is not None and rep.username not in ask.only:
            found.append(why.NOT_IN_TERRITORY)
        if any(rep.skills.get(skill, 0) < level for skill, level in ask.skills):
            found.append(why.LACKS_SKILL)
        if (ask.at_least is not None and rep.seniority < ask.at_least) or (
            ask.at_most is not None and rep.seniority > ask.at_most
        ):
            found.append(why.SENIORITY)
        if ask.weighted and member.weight == 0:
            found.append(why.NO_WEIGHT)
        if rep.username in tried:
            found.append(why.TRIED)
        until = FOREVER
        if not ask.relaxed:
            paused, turns = _paused(rep, at)
            until = min(until, turns)
            if paused:
                found.append(why.PAUSED)
        away, turns = _time_off(rep, at)
        until = min(until, turns)
        if away:
            found.append(why.TIME_OFF)
        if ask.on_shift and not ask.relaxed:
            is_open, turns = rep.calendar.status(at)
            until = min(until, turns)
            if not is_open:
                found.append(why.OFF_SHIFT)
        capped, turns = self._capped(rep, member, ask.team, at)
        until = min(until, turns)
        if capped:
            found.append(why.CAPPED)
        return tuple(found), until

    def _capped(self, rep: Rep, member: Member, team: str | None, at: datetime) -> tuple[bool, datetime]:
        caps = [(rep.caps, self.load(rep.username))] if rep.caps else []
        if member.caps and team is not None:
            caps.append((member.caps, self.team_load(team, rep.username)))
        if not caps:
            return False, FOREVER
        keys, until = self._clocks[rep.username].at(at)
        full = [(limits, load) for limits, load in caps if load.full(limits, keys)]
        if not full:
            return False, FOREVER  # only a lead taken can change that, and `take` says so
        renews = any(limit in CAP_UNITS[1:] for limits, _ in full for limit in limits)
        return True, until if renews else FOREVER


def _paused(rep: Rep, at: datetime) -> tuple[bool, datetime]:
    if rep.accepting:
        return False, FOREVER
    if rep.paused_until is None:
        return True, FOREVER
    return (True, rep.paused_until) if at < rep.paused_until else (False, FOREVER)


def _time_off(rep: Rep, at: datetime) -> tuple[bool, datetime]:
    for start, end in rep.time_off:
        if at < start:
            return False, start
        if at < end:
            return True, end
    return False, FOREVER
