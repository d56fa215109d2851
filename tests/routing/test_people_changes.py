"""People change at once: every way of changing them is told to whoever keeps them in memory, and logged."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import update_last_login

from routing.models import Calendar, Membership, PeopleChange, Rep, RepSkill, Revision, Skill, Team, TimeOff, User
from routing.people_changes import recorded, set_accepting

pytestmark = pytest.mark.django_db

AT = datetime(2026, 1, 5, 15, tzinfo=UTC)


@pytest.fixture
def laura() -> Rep:
    return Rep.objects.create(username="laura", name="Laura Ortiz")


@pytest.fixture
def enterprise() -> Team:
    return Team.objects.create(slug="enterprise", name="Enterprise")


@pytest.fixture
def dana() -> User:
    return User.objects.create_user("dana")


def revision() -> int:
    return Revision.objects.get().people


# --- the switch ---------------------------------------------------------------------------------------


def test_a_switch_turned_off_is_logged_with_who_did_it(laura: Rep, dana: User) -> None:
    before = revision()
    set_accepting(laura, False, at=AT, by=dana)
    assert Rep.objects.get().accepting is False
    assert revision() == before + 1
    change = PeopleChange.objects.get()
    assert (change.kind, change.rep, change.by, change.at) == ("switch", laura, dana, AT)
    assert change.before == {"accepting": True, "paused_until": None}
    assert change.after == {"accepting": False, "paused_until": None}


def test_a_pause_says_when_it_ends(laura: Rep) -> None:
    until = AT + timedelta(minutes=30)
    set_accepting(laura, False, at=AT, paused_until=until)
    assert (laura.accepting, laura.paused_until) == (False, until)
    assert Rep.objects.get().paused_until == until
    set_accepting(laura, True, at=AT)
    assert Rep.objects.get().paused_until is None


def test_the_same_position_again_changes_and_logs_nothing(laura: Rep) -> None:
    before = revision()
    set_accepting(laura, True, at=AT)
    assert revision() == before
    assert not PeopleChange.objects.exists()


@pytest.mark.parametrize(
    ("accepting", "minutes"), [(False, 0), (False, -5), (True, 30)], ids=["ends now", "is over", "while accepting"]
)
def test_a_pause_that_makes_no_sense_is_refused(laura: Rep, accepting: bool, minutes: int) -> None:
    with pytest.raises(ValueError, match="pause"):
        set_accepting(laura, accepting, at=AT, paused_until=AT + timedelta(minutes=minutes))
    assert Rep.objects.get().accepting is True


# --- every way of changing people ---------------------------------------------------------------------

WAYS: dict[str, Callable[[Rep, Team, User], object]] = {
    "a calendar is made": lambda laura, team, dana: Calendar.objects.create(slug="chicago"),
    "a rep is saved": lambda laura, team, dana: laura.save(),
    "a rep is deleted": lambda laura, team, dana: laura.delete(),
    "a skill is made": lambda laura, team, dana: Skill.objects.create(slug="german"),
    "a skill is learnt": lambda laura, team, dana: RepSkill.objects.create(
        rep=laura, skill=Skill.objects.create(slug="german")
    ),
    "time off is taken": lambda laura, team, dana: TimeOff.objects.create(
        rep=laura, starts_local="2026-01-05T00:00:00", ends_local="2026-01-06T00:00:00"
    ),
    "a team is saved": lambda laura, team, dana: team.save(),
    "a team is deleted with all in it": lambda laura, team, dana: team.delete(),
    "a rep joins": lambda laura, team, dana: Membership.objects.create(team=team, rep=laura),
    "a manager is named": lambda laura, team, dana: team.managers.add(dana),
    "managers are named anew": lambda laura, team, dana: dana.managed_teams.set([team]),
    "a user is deleted": lambda laura, team, dana: dana.delete(),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_change_of_people_raises_their_revision(
    laura: Rep, enterprise: Team, dana: User, way: Callable[[Rep, Team, User], object]
) -> None:
    before = revision()
    way(laura, enterprise, dana)
    assert revision() > before


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_the_revision_grows_too() -> None:
    before = revision()
    Rep.objects.create(username="laura", name="Laura Ortiz")
    assert revision() == before + 1


def test_logging_in_is_no_change_of_people(dana: User) -> None:
    before = revision()
    update_last_login(None, dana)  # type: ignore[arg-type]
    assert revision() == before


# --- the log ------------------------------------------------------------------------------------------


def test_whatever_changes_inside_is_logged(laura: Rep, enterprise: Team, dana: User) -> None:
    chicago = Calendar.objects.create(slug="chicago", timezone="America/Chicago")
    with recorded(at=AT, by=dana) as differs:
        laura.calendar, laura.accepting = chicago, False
        laura.save()
        Membership.objects.create(team=enterprise, rep=laura, weight=3)
        TimeOff.objects.create(rep=laura, starts_local="2026-01-05T00:00:00", ends_local="2026-01-06T00:00:00")
        Calendar.objects.update(timezone="America/Denver")
    assert differs()
    logged = {(change.kind, change.rep, change.team, change.by) for change in PeopleChange.objects.all()}
    assert logged == {
        ("hours", None, None, dana),
        ("calendar", laura, None, dana),
        ("time_off", laura, None, dana),
        ("switch", laura, None, dana),
        ("membership", laura, enterprise, dana),
    }
    joined = PeopleChange.objects.get(kind="membership")
    assert (joined.before, joined.after) == (None, {"position": 0, "weight": 3, "caps": {}})


def test_where_nothing_changes_nothing_is_logged(laura: Rep) -> None:
    before = revision()
    with recorded(at=AT) as differs:
        pass
    assert not differs()
    assert not PeopleChange.objects.exists()
    assert revision() == before
