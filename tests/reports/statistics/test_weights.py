"""Next period's weights: by output, whole, at most halved or doubled, and nobody moves without evidence."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.statistics.weights import Member, bounds, finer_by, propose

OUTPUT = st.one_of(st.none(), st.floats(0.05, 5))
MEMBERS = st.lists(st.builds(Member, st.uuids(), st.integers(0, 1000), OUTPUT, st.floats(0.3, 3)), max_size=12)


@pytest.mark.parametrize(
    ("members", "proposed"),
    [
        ([(1, 1.2), (1, 1.0), (1, 0.8)], [120, 100, 80]),
        ([(100, 1.2), (100, 1.0), (100, 0.8)], [120, 100, 80]),
        ([(2, 1.0), (1, 1.0)], [2, 1]),
        ([(1, 5.0), (1, 0.1)], [150, 50]),
        ([(100, 4.0), (100, 0.25), (100, 0.25), (100, 0.25)], [200, 67, 67, 66]),
        ([(0, 3.0), (1, 1.1), (1, 0.9)], [0, 110, 90]),
        ([(1, None), (1, 1.25), (1, 0.75)], [100, 125, 75]),
        ([(1, None), (3, None)], [1, 3]),
        ([(1, 1.5), (1, None)], [1, 1]),
        ([(1000, 2.0), (500, 1.0)], [1000, 500]),
        ([(0, 1.0), (0, None)], [0, 0]),
        ([], []),
    ],
    ids=[
        "equal weights",
        "fine already",
        "no difference, nothing moves",
        "halved at most",
        "doubled at most",
        "0 stays 0",
        "one without evidence keeps their share",
        "nobody with evidence",
        "one alone has nobody to gain from",
        "no more than 1000",
        "nobody has a weight",
        "nobody",
    ],
)
def test_weights_that_are_proposed(members: list[tuple[int, float | None]], proposed: list[int]) -> None:
    team = [Member(place, weight, output) for place, (weight, output) in enumerate(members)]
    assert list(propose(team).values()) == proposed


def test_the_same_output_again_proposes_the_same_weights_again() -> None:
    """A reward is not added to a reward."""
    once = propose([Member("laura", 1, 1.3), Member("daniel", 1, 0.7)])
    again = propose([Member("laura", once["laura"], 1.3, 1.3), Member("daniel", once["daniel"], 0.7, 0.7)])
    assert again == once == {"laura": 130, "daniel": 70}


def test_who_falls_back_to_the_average_gets_back_what_they_were_given() -> None:
    assert propose([Member("laura", 130, 1.0, 1.3), Member("daniel", 70, 1.0, 0.7)]) == {"laura": 100, "daniel": 100}


def test_who_works_half_the_hours_keeps_half_the_weight() -> None:
    assert propose([Member("laura", 2, 1.0), Member("emma", 1, 1.0), Member("daniel", 2, 1.0)]) == {
        "laura": 2,
        "emma": 1,
        "daniel": 2,
    }


@settings(deadline=None)
@given(MEMBERS)
def test_weights_are_whole_and_at_most_halved_or_doubled(members: list[Member[object]]) -> None:
    proposed = propose(members)
    finer = finer_by([member.weight for member in members])
    assert set(proposed) == {member.who for member in members}
    for member in members:
        low, high = bounds(member.weight * finer)
        now = member.weight
        assert proposed[member.who] == now or low <= proposed[member.who] <= high
        assert 0 <= proposed[member.who] <= 1000
        assert (proposed[member.who] == 0) == (now == 0)


@settings(deadline=None)
@given(MEMBERS)
def test_what_some_gain_others_lose_and_who_has_no_output_keeps_their_share(members: list[Member[object]]) -> None:
    proposed = propose(members)
    before, after = sum(member.weight for member in members), sum(proposed.values())
    assume(before)
    assert after % before == 0
    for member in members:
        if member.output is None:
            assert proposed[member.who] * before == member.weight * after


@settings(deadline=None)
@given(st.integers(1, 1000), st.lists(st.floats(0.05, 5), min_size=1, max_size=12))
def test_of_two_with_the_same_weight_the_better_never_gets_less(weight: int, outputs: list[float]) -> None:
    proposed = propose([Member(place, weight, output) for place, output in enumerate(sorted(outputs))])
    for place, output in enumerate(sorted(outputs)[1:], 1):
        if output > sorted(outputs)[place - 1] * (1 + 1e-6):
            assert proposed[place] >= proposed[place - 1]


SCALES: list[Callable[[float], float]] = [lambda output: output * 2, lambda output: output / 4]


@settings(deadline=None)
@given(MEMBERS, st.sampled_from(SCALES))
def test_it_does_not_matter_what_everybodys_output_is_measured_in(
    members: list[Member[object]], scale: Callable[[float], float]
) -> None:
    scaled = [
        Member(member.who, member.weight, scale(member.output) if member.output else None, member.paid_for)
        for member in members
    ]
    one, other = propose(members), propose(scaled)
    assert all(abs(one[who] - other[who]) <= 1 for who in one)
