"""The reports on output against a slow count lead by lead, and what a rep is told of colleagues."""

from __future__ import annotations

from collections import defaultdict

import pytest

from reports.charts.intervals import intervals
from reports.models import TeamReportSettings
from reports.registry import reports
from reports.statistics.output import in_order, outputs
from reports.statistics.shrinkage import Count
from routing.models import Lead
from tests.reports.conftest import asked, logged_in, table


def slowly(leads):
    """Output by rep, from leads one by one."""
    work = defaultdict(dict)
    for lead in leads:
        kinds = work[lead.owner.username]
        kind = (lead.source.slug, lead.band)
        kinds[kind] = kinds.get(kind, Count()) + Count(1, int(lead.won_at is not None))
    return outputs(work)


def owned(**fields):
    return [
        lead
        for lead in Lead.objects.filter(**fields).select_related("owner", "source", "team")
        if lead.owner_id and lead.status != "withdrawn"
    ]


def test_output_is_what_a_count_lead_by_lead_gives(past):
    expected = slowly(owned())
    found = table("output", past.root)
    assert [row.key for row in found.rows] == [who for who, _ in in_order(expected)]
    for row in found.rows:
        one = expected[row.key]
        assert (row.values["leads"], row.values["won"]) == (one.leads, one.won)
        assert row.values["expected"] == pytest.approx(one.expected)
        assert row.values["output"] == pytest.approx(one.won / one.expected)
        assert (row.values["low"], row.values["high"]) == (pytest.approx(one.low), pytest.approx(one.high))
        assert row.values["wins_per_100"] == pytest.approx(100 * one.won / one.leads)
    assert found.total.values["expected"] == pytest.approx(found.total.values["won"])


def test_to_ask_for_one_rep_changes_nobodys_yardstick(past):
    everybody = {row.key: row.values for row in table("output", past.root).rows}
    (row,) = table("output", past.root, rep="daniel").rows
    assert row.values == everybody["daniel"]


def test_a_rep_is_measured_by_what_their_team_has_and_told_of_themselves(past):
    expected = slowly(owned(owner__username__in=["laura", "daniel", "emma", "mia"]))["laura"]
    found = table("output", past.laura.user)
    assert found.rows == ()
    assert found.total.values["expected"] == pytest.approx(expected.expected)
    assert found.total.values["allowing_for_luck"] == pytest.approx(expected.allowing_for_luck)


def test_in_a_team_of_two_nobody_is_told_what_would_tell_of_the_other(past):
    """Omar and Mia share Outside: Omar reads what is his own."""
    found = table("output", past.omar.user)
    mine = owned(owner=past.omar)
    assert found.total.values == {
        "leads": len(mine),
        "won": sum(lead.won_at is not None for lead in mine),
        "wins_per_100": pytest.approx(100 * sum(lead.won_at is not None for lead in mine) / len(mine)),
    }
    assert found.notes and found.beside is None


def test_the_picture_has_each_interval_on_one_scale(past):
    question = asked("output", past.root)
    report = reports()["output"]
    drawn = report.chart(question, report.table(question))
    assert drawn is not None and len(drawn.intervals) == 5
    assert len({one.one for one in drawn.intervals}) == 1
    for one in drawn.intervals:
        assert 0 <= one.low < one.middle < one.high <= 100
    assert intervals("Nobody", []) is None


def test_the_leaderboard_ranks_by_output_and_shows_wins_and_revenue(past):
    expected = slowly(owned())
    found = table("leaderboard", past.root)
    assert [(row.key, row.values["place"]) for row in found.rows] == in_order(expected)
    for row in found.rows:
        won = [lead for lead in owned(owner__username=row.key) if lead.won_at]
        assert row.values["won"] == len(won)
        assert row.values["revenue"] == sum(lead.value or 0 for lead in won)


def test_a_rep_sees_the_members_of_their_teams_by_the_leads_of_these(past):
    expected = slowly(owned(team=past.inside))
    found = {row.key: row.values for row in table("leaderboard", past.laura.user).rows}
    assert set(found) == {"laura", "daniel", "emma", "mia"}
    for who, values in found.items():
        assert values["output"] == pytest.approx(expected[who].allowing_for_luck)
        assert values["leads"] == expected[who].leads


def test_of_two_teams_the_one_whose_manager_hides_it_is_not_shown(past):
    """Mia sells in both; Outside hides it, so she reads of Inside alone, and Omar of nobody."""
    TeamReportSettings.objects.create(team=past.outside, leaderboard_for_reps=False)
    assert {row.key for row in table("leaderboard", past.mia.user).rows} == {"laura", "daniel", "emma", "mia"}
    assert table("leaderboard", past.mia.user, team="outside").rows == ()
    assert logged_in(past.omar.user).get("/reports/leaderboard/").status_code == 404
    assert logged_in(past.omar.user).get("/reports/output/").status_code == 200


def test_who_left_is_not_ranked_before_colleagues(past):
    past.daniel.active = False
    past.daniel.save()
    assert "daniel" not in {row.key for row in table("leaderboard", past.laura.user).rows}
    assert "daniel" in {row.key for row in table("leaderboard", past.dana).rows}


def test_a_managers_leaderboard_is_of_their_teams(past):
    names = {row.key for row in table("leaderboard", past.dana).rows}
    assert "laura" in names
    foreign = [lead for lead in owned(team=past.outside) if lead.owner.username == "omar"]
    assert foreign and "omar" not in names
