"""My numbers, against the team's median."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from reps import work
from reps.numbers import Numbers, my_numbers, numbers_of
from tests.cast import lead_of

AT = now()


def answered(rep, *minutes, days=1, **fields):
    for wait in minutes:
        got = AT - timedelta(days=days)
        made = lead_of(rep, assigned_at=got, captured_at=got, **fields)
        touched = got + timedelta(minutes=wait)
        made.assignments.update(first_touch_at=touched)
        type(made).objects.filter(pk=made.pk).update(first_touch_at=touched)


def numbers(rep, days=30):
    return numbers_of([rep.pk], since=AT - timedelta(days=days), until=AT)[rep.pk]


@pytest.mark.parametrize(
    ("waits", "median"),
    [((), None), ((4,), 4), ((1, 9), 5), ((30, 1, 2), 2), ((1, 2, 4, 60), 3), ((9, 1, 8, 2, 3), 3), ((5, 5, 5, 7), 5)],
)
def test_the_median_is_the_one_in_the_middle_or_the_mean_of_two(people, waits, median):
    answered(people.laura, *waits)
    assert numbers(people.laura).response == (None if median is None else timedelta(minutes=median))


def test_within_five_minutes_counts_all_leads_the_unanswered_too(people):
    answered(people.laura, 5, 6)
    lead_of(people.laura, assigned_at=AT - timedelta(hours=1))
    found = numbers(people.laura)
    assert (found.leads, found.answered, found.in_time) == (3, 2, 1)
    assert round(found.share_in_time) == 33


def test_a_period_has_an_edge(people):
    answered(people.laura, 1, days=6.9)
    answered(people.laura, 1, days=7.1)
    assert numbers(people.laura, 7).leads == 1
    assert numbers(people.laura, 30).leads == 2


def test_meetings_and_wins(people):
    hers = lead_of(people.laura, team=people.inside)
    for kind in ("meeting", "call"):
        work.log(lead_id=hers.pk, kind=kind, at=AT - timedelta(days=2), rep=people.laura, by=people.laura.user)
    work.win(lead_id=hers.pk, at=AT - timedelta(days=1))
    assert (numbers(people.laura).meetings, numbers(people.laura).wins) == (1, 1)
    assert numbers_of([people.laura.pk], since=AT, until=AT + timedelta(1))[people.laura.pk] == Numbers()


def test_the_teams_median_is_over_its_members(people):
    answered(people.laura, 2)
    answered(people.daniel, 4, 4)
    answered(people.emma, 10, 10, 10)
    rows, count = my_numbers(people.laura, at=AT, days=30)
    found = {row.measure.slug: (row.shown, row.team_shown, row.verdict) for row in rows}
    assert count == 3
    assert found["response"] == ("2 min", "4 min", "better")
    assert found["leads"] == ("1", "2", "behind")
    assert found["in_five_minutes"] == ("100 %", "100 %", "level")


def test_fewer_than_three_people_are_not_compared_for_it_would_tell_of_one(people, desk_of):
    people.inside.memberships.filter(rep=people.emma).delete()
    answered(people.daniel, 4)
    rows, _ = my_numbers(people.laura, at=AT, days=30)
    assert {row.team for row in rows} == {None}
    assert b"at least 3 people" in desk_of(people.laura).get("/my-numbers/").content


def test_one_team_counts_its_own_leads_only(people):
    answered(people.laura, 1, team=people.inside)
    answered(people.laura, 1, team=people.outside)
    rows, _ = my_numbers(people.laura, at=AT, days=30, team=people.inside)
    assert {row.measure.slug: row.mine for row in rows}["leads"] == 1


@pytest.mark.parametrize("query", ["", "?days=7", "?days=90&team=inside", "?days=8", "?team=nowhere"])
def test_the_page_answers_whatever_is_asked(people, desk_of, query):
    page = desk_of(people.laura).get(f"/my-numbers/{query}").content.decode()
    assert "none yet" in page
    assert "How it is counted" in page


def test_the_file_says_what_the_page_says(people, desk_of):
    answered(people.laura, 2, 4)
    browser = desk_of(people.laura)
    page, file = browser.get("/my-numbers/"), browser.get("/my-numbers/?format=csv")
    rows = b"".join(file.streaming_content).decode().splitlines()
    assert file.headers["Content-Type"].startswith("text/csv")
    assert len(rows) == 1 + len(page.context["rows"])
    for row, line in zip(page.context["rows"], rows[1:], strict=True):
        assert line.startswith(f"{row.measure.label},{row.shown},")
