"""The manager's calendar of absences: a month of their own teams' reps, booked, changed and cancelled there."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from routing import roster
from routing.models import Calendar, Membership, PeopleChange, Rep, TimeOff
from tests.access.conftest import in_role
from tests.cast import cast, rep

pytestmark = pytest.mark.django_db

MONTH = "/admin/routing/rep/absences/"


@pytest.fixture
def people() -> SimpleNamespace:
    roster.forget()
    made = cast()
    office = Calendar.objects.create(
        slug="office",
        hours={day: [["09:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        closed=["2026-11-26"],
    )
    Rep.objects.update(calendar=office)
    return made


@pytest.fixture
def dana(client, people):
    """Dana, who manages Inside, has logged in."""
    in_role_of(people.dana, "manager")
    client.force_login(people.dana)
    return people.dana


def in_role_of(user, name: str) -> None:
    user.groups.add(user.groups.model.objects.get(name=name))


def away(who, first: str, last: str, **more) -> TimeOff:
    return TimeOff.objects.create(rep=who, starts_local=f"{first}T00:00:00", ends_local=f"{last}T00:00:00", **more)


def month(client, **asked):
    return client.get(MONTH, {"month": "2026-11", **asked}).context


def row(context, who) -> dict[int, str]:
    """The marks of a rep's month by day, of the days that are not plain."""
    (found,) = [row for row in context["rows"] if row.rep == who]
    return {cell.day.day: cell.look for cell in found.cells if cell.look != "works"}


def test_a_month_shows_absences_holidays_and_working_days(client, dana, people):
    away(people.laura, "2026-10-30", "2026-11-03")
    TimeOff.objects.create(rep=people.laura, starts_local="2026-11-24T00:00:00", ends_local="2026-11-24T13:00:00")
    context = month(client)
    marks = row(context, people.laura)
    assert len(context["days"]) == 30
    assert marks[1] == "idle lo-away lo-day", "a Sunday"
    assert marks[2] == "works lo-away lo-day"
    assert 3 not in marks
    assert marks[24] == "works lo-away lo-morning"
    assert marks[26] == "shut"
    assert marks[28] == "idle"
    assert row(context, people.daniel) == {
        **dict.fromkeys((1, 7, 8, 14, 15, 21, 22, 28, 29), "idle"),
        26: "shut",
    }
    assert [line.words for line in context["lines"]] == [
        f"Fri 30 Oct{year(2026)} to Mon 2 Nov{year(2026)} (4 days)",
        f"Tue 24 Nov{year(2026)}, morning (until 13:00)",
    ]


def year(of: int) -> str:
    return "" if now().year == of else f" {of}"


def test_she_sees_her_own_teams_alone(client, dana, people):
    away(people.omar, "2026-11-02", "2026-11-03", note="Wedding")
    context = month(client)
    assert {row.rep.username for row in context["rows"]} == {"laura", "daniel", "emma"}
    assert context["lines"] == []
    assert [one.slug for one in month(client, team="outside")["teams"]] == ["inside"]
    assert "Omar" not in client.get(MONTH, {"month": "2026-11"}).content.decode()


def test_a_team_is_picked_out(client, people):
    client.force_login(in_role("olga", "ops"))
    assert {row.rep.username for row in month(client)["rows"]} == {"laura", "daniel", "emma", "omar"}
    assert {row.rep.username for row in month(client, team="outside")["rows"]} == {"omar"}


def test_an_analyst_reads_when_and_never_why(client, people):
    away(people.laura, "2026-11-02", "2026-11-03", note="Surgery")
    client.force_login(in_role("nora", "analyst", is_staff=True))
    page = client.get(MONTH, {"month": "2026-11"}).content.decode()
    assert "Mon 2 Nov" in page
    assert "Surgery" not in page
    assert "Book time off" not in page
    assert "Surgery" not in client.get(f"/admin/routing/rep/{people.laura.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("2026-11", date(2026, 11, 1)), ("2026-02", date(2026, 2, 1)), ("nonsense", None), ("9999-12", None), ("", None)],
)
def test_any_month_may_be_asked_for(client, dana, asked, shown):
    context = client.get(MONTH, {"month": asked}).context
    first = context["month"]
    assert first == (shown or now().date().replace(day=1))
    assert context["before"] < first < context["after"]
    assert context["before"] == (first - timedelta(days=1)).replace(day=1)


def test_she_books_for_a_rep_and_it_is_logged_as_hers(client, dana, people):
    page = client.get(f"{MONTH}book/", {"rep": people.laura.pk})
    assert page.status_code == 200
    sent = {"rep": people.laura.pk, "kind": "afternoon", "first": "2026-11-24", "cover": people.emma.pk, "note": "Ill"}
    answer = client.post(f"{MONTH}book/", sent)
    assert answer.headers["Location"] == f"{MONTH}?month=2026-11"
    booked = TimeOff.objects.get()
    assert (booked.starts_local, booked.ends_local) == ("2026-11-24T13:00:00", "2026-11-25T00:00:00")
    assert (booked.rep, booked.cover, booked.booked_by) == (people.laura, people.emma, dana)
    assert {change.by for change in PeopleChange.objects.filter(kind="time_off")} == {dana}


def test_the_past_is_hers_to_put_right(client, dana, people):
    old = away(people.laura, "2025-03-03", "2025-03-05")
    client.post(f"{MONTH}{old.pk}/", {"kind": "days", "first": "2025-03-03", "last": "2025-03-05"})
    old.refresh_from_db()
    assert old.ends_local == "2025-03-06T00:00:00"
    client.post(f"{MONTH}{old.pk}/", {"cancel": "yes"})
    assert not TimeOff.objects.exists()


def test_what_is_refused_is_said_on_the_page(client, dana, people):
    away(people.laura, "2026-11-02", "2026-11-05")
    answer = client.post(f"{MONTH}book/", {"rep": people.laura.pk, "kind": "days", "first": "2026-11-03"})
    assert "It overlaps time off that is booked already" in answer.content.decode()
    assert TimeOff.objects.count() == 1


@pytest.mark.parametrize("role", ["nora", "dana"])
def test_nobody_books_for_those_they_do_not_look_after(client, dana, people, role):
    theirs = away(people.omar, "2026-11-02", "2026-11-03")
    if role == "nora":
        client.force_login(in_role("nora", "analyst", is_staff=True))
    sent = {"rep": people.omar.pk, "kind": "days", "first": "2026-11-10"}
    wanted = 403 if role == "nora" else 404
    assert client.post(f"{MONTH}book/", sent).status_code == wanted
    assert client.get(f"{MONTH}book/", {"rep": people.omar.pk}).status_code == wanted
    assert client.get(f"{MONTH}{theirs.pk}/").status_code == wanted
    assert client.post(f"{MONTH}{theirs.pk}/", {"cancel": "yes"}).status_code == wanted
    assert list(TimeOff.objects.all()) == [theirs]


def test_a_cover_who_is_away_too_is_warned_of(client, dana, people):
    away(people.emma, "2026-11-03", "2026-11-04")
    sent = {
        "rep": people.laura.pk,
        "kind": "days",
        "first": "2026-11-02",
        "last": "2026-11-05",
        "cover": people.emma.pk,
    }
    page = client.post(f"{MONTH}book/", sent, follow=True).content.decode()
    assert "Emma Novak covers, and is away for some of that time too." in page


def test_it_costs_the_same_whoever_is_there(client, dana, people):
    def cost() -> int:
        month(client)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(MONTH, {"month": "2026-11"}).status_code == 200
        return len(queries)

    def more(count: int, start: int) -> None:
        for number in range(start, start + count):
            mate = rep(f"mate{number}", f"Mate {number}", calendar=people.laura.calendar)
            Membership.objects.create(team=people.inside, rep=mate, position=number + 10)
            away(mate, "2026-11-02", "2026-11-04", cover=people.laura, booked_by=dana)
            today = datetime.now(UTC).date()
            away(mate, str(today), str(today + timedelta(days=1)))

    more(2, 0)
    few = cost()
    more(25, 2)
    assert cost() == few


def test_a_reps_page_costs_the_same_however_often_they_are_away(client, dana, people):
    def cost() -> int:
        address = f"/admin/routing/rep/{people.laura.pk}/change/"
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    for number in range(1, 3):
        away(people.laura, f"2026-11-{number:02}", f"2026-11-{number + 1:02}", cover=people.emma, booked_by=dana)
    few = cost()
    for number in range(5, 28):
        away(people.laura, f"2026-11-{number:02}", f"2026-11-{number + 1:02}", cover=people.emma, booked_by=dana)
    assert cost() == few
