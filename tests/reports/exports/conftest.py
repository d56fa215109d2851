"""Who asks for exports, and of what."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.utils.timezone import now

from reps.models import Activity
from routing.models import Lead, Rep, User
from tests.cast import MONDAY_MORNING, cast, lead, lead_in_pool, lead_of, person


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    """The cast; Nora reads reports, Olga runs it. Laura and Omar have a lead each with a call, and one lies about."""
    people = cast()
    people.nora, people.olga = person("nora"), person("olga")
    people.nora.groups.add(Group.objects.get(name="analyst"))
    people.olga.groups.add(Group.objects.get(name="ops"))
    people.dana.groups.add(Group.objects.get(name="manager"))
    people.hers = lead_of(
        people.laura,
        team=people.inside,
        first_name="Ada",
        email="ada@one.example",
        company="One",
        company_size=12,
        attributes={"size of team": "-5", "b;=1": "x"},
    )
    people.his = lead_of(people.omar, team=people.outside, first_name="Theirs", email="t@two.example", company="Two")
    people.lying = lead_in_pool(people.inside, "claim", first_name="Zoe", company="Three", hide_contact=True)
    people.gone = lead(status=Lead.Status.WITHDRAWN, is_open=False, company="Gone", due_at=None)
    for one, rep in ((people.hers, people.laura), (people.his, people.omar)):
        called(one, rep, body=f"spoke with {one.first_name}")
    people.users = {name: User.objects.get(username=name) for name in ("dana", "nora", "olga", "laura", "emma", "omar")}
    return people


def called(of: Lead, by: Rep, **fields: object) -> Activity:
    """A call that a rep logged."""
    told = {"at": MONDAY_MORNING, "outcome": "reached", "seconds": 60, "logged_at": now(), "by": by.user} | fields
    return Activity.objects.create(lead=of, kind="call", direction="out", rep=by, **told)
