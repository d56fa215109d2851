"""The page of targets: Dana sets those of her team, Nora reads, Laura and Omar find nothing."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reports.models import EarlyWarning, Target
from reports.targets.metrics import measured, metrics, table_of
from reports.targets.watching import WEEK, due_on, look_at_due, starts, zone
from reports.units import COUNT
from routing.models import User
from tests.cast import person, rep
from tests.reports.conftest import asked
from tests.reports.past import NOW
from tests.reports.targets.weeks import LAST, MONDAY, a_week

PAGE = "/reports/targets/"
WITHIN_FIVE = {"team": "inside", "metric": "speed-to-lead.within_five", "value": "60"}


def logged_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def nora(db) -> User:
    made = person("nora")
    made.groups.add(Group.objects.get(name="analyst"))
    return User.objects.get(pk=made.pk)


@pytest.fixture
def still(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: due_on(MONDAY))


def test_a_manager_sets_a_target_in_its_own_unit_and_takes_it_away(people):
    dana = logged_in(people.dana)
    assert "this team is not watched" in dana.get(PAGE).content.decode()
    answer = dana.post(PAGE, WITHIN_FIVE, follow=True).content.decode()
    assert "at least 60 %" in answer
    dana.post(PAGE, {"team": "inside", "metric": "speed-to-lead.median_response", "value": "7.5"})
    median = Target.objects.get(metric="speed-to-lead.median_response")
    assert (median.value, median.settles_weeks, median.set_by) == (450, 0, people.dana)
    assert "at most 7.5 min" in dana.get(PAGE).content.decode()
    dana.post(reverse("target-removed", args=[median.pk]))
    assert list(Target.objects.values_list("metric", flat=True)) == ["speed-to-lead.within_five"]


def test_set_again_a_target_is_changed(people):
    dana = logged_in(people.dana)
    dana.post(PAGE, WITHIN_FIVE)
    dana.post(PAGE, WITHIN_FIVE | {"value": "", "settles_weeks": "4"})
    target = Target.objects.get()
    assert (target.value, target.settles_weeks) == (None, 4)
    assert "their own weeks only" in dana.get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"value": "120"}, "A share is 100 % at most."),
        ({"value": "-1"}, "greater than or equal to 0"),
        ({"metric": "speed-to-lead.leads"}, "Select a valid choice"),
        ({"metric": ""}, "This field is required"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(people, sent, said):
    answer = logged_in(people.dana).post(PAGE, WITHIN_FIVE | sent)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Target.objects.exists()


def test_nobody_sets_or_reads_the_targets_of_a_team_that_is_not_theirs(people, watched):
    watched(people.outside)
    dana = logged_in(people.dana)
    assert dana.post(PAGE, WITHIN_FIVE | {"team": "outside"}).status_code == 404
    assert dana.post(reverse("target-removed", args=[Target.objects.get().pk])).status_code == 404
    assert "Outside" not in dana.get(PAGE).content.decode()
    assert Target.objects.count() == 1


def test_an_analyst_reads_and_sets_nothing(people, watched, nora):
    watched(people.inside)
    analyst = logged_in(nora)
    page = analyst.get(PAGE).content.decode()
    assert "at least 60 %" in page
    assert "Remove" not in page
    assert "Set a target" not in page
    assert analyst.post(PAGE, WITHIN_FIVE).status_code == 404
    assert analyst.post(reverse("target-removed", args=[Target.objects.get().pk])).status_code == 404


def test_reps_find_no_such_page(people, watched, still):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=2)
    look_at_due(due_on(MONDAY))
    for who in (people.laura, people.omar):
        assert logged_in(who.user).get(PAGE).status_code == 404


def test_warnings_are_listed_with_the_leads_beside_them(people, watched, still):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=2)
    look_at_due(due_on(MONDAY))
    page = logged_in(people.dana).get(PAGE).content.decode()
    for words in (
        "Laura Ortiz",
        "10 %",
        "of 20 leads",
        "at least 60 %",
        "What such leads usually win is not known yet.",
    ):
        assert words in page
    assert "/reports/speed-to-lead/?period=between&amp;since=2026-05-11&amp;until=2026-05-17" in page


def test_a_metric_that_is_gone_breaks_nothing(people, watched, still):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=2)
    look_at_due(due_on(MONDAY))
    for model in (Target, EarlyWarning):
        model.objects.update(metric="gone.long_ago")
    page = logged_in(people.dana).get(PAGE).content.decode()
    assert "there is no such metric any more" in page
    look_at_due(due_on(MONDAY))


def test_its_queries_do_not_grow(people, watched, still):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert logged_in(people.dana).get(PAGE).status_code == 200
        return len(asked)

    def warned_of(count: int) -> None:
        EarlyWarning.objects.bulk_create(
            EarlyWarning(
                team=people.inside, rep=rep(f"r{count}-{number}", "R"), metric="speed-to-lead.within_five", week=LAST,
                kind="below_target", value=1, target=2, leads=10, made_at=due_on(MONDAY),
            )
            for number in range(count)
        )  # fmt: skip

    watched(people.inside)
    warned_of(2)
    few = queries()
    for metric in list(metrics())[:6]:
        watched(people.inside, metric=metric)
    warned_of(20)
    assert queries() == few


def test_what_misses_the_target_is_marked_in_the_table_and_drawn_across_the_bars(people, watched, still):
    watched(people.inside)
    watched(people.inside, 600, metric="speed-to-lead.median_response")
    a_week(people.inside, people.laura, LAST, quick=4)
    a_week(people.inside, people.daniel, LAST, quick=18)
    page = logged_in(people.dana).get("/reports/speed-to-lead/?group=rep").content.decode()
    rows = {
        line.split("</bdi>")[0].split("<bdi>")[1]: line
        for line in page.split("<tr>")
        if '<th scope="row"><bdi>' in line
    }
    assert rows["Laura Ortiz"].count("misses the target: ") == 2
    assert "misses the target" not in rows["Daniel Weiss"]
    assert page.count('class="aim"') == 2
    assert "The line across the bars is the target: 10.0 min." in page
    assert "Within five minutes: at least 60 % (Inside)" in page


def test_a_team_is_held_against_its_own_target(people, watched, still):
    watched(people.inside)
    for team, who in ((people.inside, people.laura), (people.outside, people.omar)):
        a_week(team, who, LAST, quick=4)
    root = person("root", is_superuser=True)
    page = logged_in(root).get("/reports/speed-to-lead/?group=team").content.decode()
    assert page.count("misses the target") == 2  # the cell of Inside, and what the sign means


@pytest.mark.parametrize("query", ["group=rep&band=warm", "group=source", "group=rep&source=web"])
def test_nothing_is_held_against_a_target_that_it_is_not_of(people, watched, still, query):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=4)
    assert "misses the target" not in logged_in(people.dana).get(f"/reports/speed-to-lead/?{query}").content.decode()


def test_a_rep_is_shown_no_target(people, watched, still):
    watched(people.inside)
    a_week(people.inside, people.laura, LAST, quick=4)
    page = logged_in(people.laura.user).get("/reports/speed-to-lead/?group=week").content.decode()
    assert "20.00" in page
    assert "target" not in page


def test_only_what_can_be_judged_may_be_watched():
    """Shares that say of how many, and medians beside a count; neither counts nor money."""
    assert {"speed-to-lead.within_five", "speed-to-lead.median_response"} <= set(metrics())
    assert not {"speed-to-lead.leads", "speed-to-lead.answered", "speed-to-lead.quick"} & set(metrics())
    for metric in metrics().values():
        (of,) = [column for column in metric.report.columns if column.key == metric.of]
        assert of.unit is COUNT, metric.slug  # of hours, chance knows no number


def test_whatever_may_be_watched_can_be_measured_as_its_page_tells_it(past):
    """Of every metric of every report: the clock, who is nobody, counts what a superuser would."""
    since, until = starts(NOW.date() - WEEK * 5), starts(NOW.date())
    root = person("boss", is_superuser=True)
    for metric in metrics().values():
        counted = table_of(metric.report, past.inside, since=since, until=until, zone=zone())
        told = metric.report.table(
            asked(
                metric.report.slug,
                root,
                zone(),
                period="between",
                since="2026-04-15",
                until="2026-05-19",
                team="inside",
                group="rep",
            )
        )
        assert [row.values for row in counted.rows] == [row.values for row in told.rows], metric.slug
        assert all(one.leads >= 0 for one in measured(metric, counted).values())
