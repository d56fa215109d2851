"""The quick ledger, with its heaps and its one denominator, does lead by lead what the naive one does."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine.fairness import Ledger, Owed

from .naive_ledger import NaiveLedger
from .small_plan import MONDAY

REPS = tuple(f"rep{number}" for number in range(9))
WEIGHTS = st.one_of(st.integers(1, 4), st.integers(1, 1000), st.just(1))


@st.composite
def owed_sets(draw: st.DrawFn) -> Owed:
    """Some reps in some order of position, with weights; perhaps not all of them can take the lead (make-up)."""
    order = draw(st.permutations(REPS)) if draw(st.booleans()) else REPS
    who = order[: draw(st.integers(1, len(REPS)))]
    equal = draw(st.booleans())
    members = tuple((rep, 1 if equal else draw(WEIGHTS)) for rep in who)
    able = [rep for rep in who if draw(st.integers(0, 4))] or [who[0]]
    return Owed(members, tuple(able))


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lead"] * 12 + ["hand-over", "another order", "reversal", "reread", "look"]),
        st.integers(0, 3),  # which of the sets
        st.integers(1, 12),  # how many leads in a row
        st.integers(0, 1),  # seconds between leads: often none, so that ties come about
        st.sampled_from(REPS),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(sets=st.lists(owed_sets(), min_size=4, max_size=4), steps=STEPS)
def test_lead_by_lead_whatever_happens_in_between(
    sets: list[Owed], steps: list[tuple[str, int, int, int, str]]
) -> None:
    quick, naive = Ledger(), NaiveLedger()
    at = MONDAY
    posted: list[tuple[Owed, str]] = []
    for what, which, times, seconds, rep in steps:
        owed = sets[which]
        weights = dict(owed.members)
        match what:
            case "lead":
                for _ in range(times):
                    at += timedelta(seconds=seconds)
                    winner = quick.next(owed)
                    assert winner == naive.next(weights, list(owed.takers))
                    quick.post(owed, winner, at)
                    naive.post(weights, winner, at)
                    posted.append((owed, winner))
            case "hand-over":  # a manager gives it to anybody, able or not, counted
                at += timedelta(seconds=seconds)
                quick.post(owed, rep, at)
                naive.post(weights, rep, at)
                posted.append((owed, rep))
            case "another order":
                quick.touch(rep, at)
                naive.last[rep] = at
            case "reversal" if posted:
                given_back, winner = posted.pop(which * len(posted) // 4)
                quick.reverse(given_back.members, winner)
                naive.post(dict(given_back.members), winner, at, sign=-1)
            case "reread":
                quick = Ledger.from_state(quick.to_state())
            case "look":
                assert quick.lag(rep) == naive.lags.get(rep, 0)
        if what != "look":
            lags = {rep: quick.lag(rep) for rep in REPS}
            assert lags == {rep: naive.lags.get(rep, Fraction(0)) for rep in REPS}
            assert sum(lags.values()) == 0, "the lags of a team sum to zero, always"
    assert {rep: lag for rep, lag in quick.all_lags().items() if lag} == {
        rep: lag for rep, lag in naive.lags.items() if lag
    }
    assert quick.last == naive.last


@settings(max_examples=100, deadline=None)
@given(sets=st.lists(owed_sets(), min_size=2, max_size=2), leads=st.lists(st.booleans(), max_size=60))
def test_a_ledger_survives_being_stored(sets: list[Owed], leads: list[bool]) -> None:
    kept, stored = Ledger(), Ledger()
    for number, which in enumerate(leads):
        owed = sets[which]
        at = MONDAY + timedelta(seconds=number)
        winner = kept.next(owed)
        assert stored.next(owed) == winner
        kept.post(owed, winner, at)
        stored.post(owed, winner, at)
        stored = Ledger.from_state(stored.to_state())
        assert stored.all_lags() == kept.all_lags()
        assert stored.last == kept.last
    assert stored.to_state() == kept.to_state(), "in lowest terms, however it came about"
