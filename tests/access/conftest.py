"""Everybody who may stand before a door, and something behind each."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import Group
from django.utils.timezone import now

from reports.exports.rights import rights_of
from reports.mails.changing import subscribe
from reports.models import ExportRun, Target, WeightProposal
from reps import planning
from reps.models import Delivery, FeedbackPolicy, FeedbackRequest, Notification, RecyclePolicy, StrayMail
from routing.models import (
    AlertCheck,
    ApiToken,
    Calendar,
    Capture,
    Disqualifier,
    ImportRun,
    LeadChange,
    PeopleChange,
    PlanSettings,
    PlanVersion,
    Rule,
    ScoreRule,
    Skill,
    SlaPolicy,
    Source,
    Stage,
    Territory,
    TimeOff,
    User,
)
from routing.plan.publish import publish
from tests.cast import MONDAY_MORNING, cast, lead_in_pool, lead_of, lead_on_offer, person, source


@pytest.fixture(autouse=True)
def refusals_are_not_logged() -> Iterator[None]:
    """Most answers here are refusals; a log of them all, with how they came about, takes minutes."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def in_role(username: str, role: str, **fields: object) -> User:
    """Somebody with the permissions of a role and nothing else."""
    made = person(username, **fields)
    made.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=made.pk)


@pytest.fixture
def house(db: None) -> SimpleNamespace:
    """The cast in their roles. Dana manages Inside, where Laura sells; Omar sells in Outside. Nora reads reports, Olga
    runs it, Root may do anything. Behind the doors: one of everything, of Inside where it is a team's.
    """
    people = cast()
    role = Group.objects.get
    people.dana.groups.add(role(name="manager"))
    for rep in (people.laura, people.omar):
        rep.user.groups.add(role(name="rep"))
    web = source(form_open=True)
    rule = Rule.objects.create(slug="all", name="All", to_team=people.inside, delivery="assign", order="round_robin")
    version = publish(at=MONDAY_MORNING)
    hers = lead_of(people.laura, team=people.inside, first_name="Hers")
    house = SimpleNamespace(
        people=people,
        anonymous=None,
        laura=people.laura.user,
        omar=people.omar.user,
        dana=User.objects.get(username="dana"),
        nora=in_role("nora", "analyst", is_staff=True),
        olga=in_role("olga", "ops"),
        root=person("root", is_staff=True, is_superuser=True),
        lead=hers,
        to_claim=lead_in_pool(people.inside, "claim", first_name="Claim"),
        to_pick=lead_in_pool(people.inside, "pick", first_name="Pick"),
        blind=lead_in_pool(people.inside, "blind", first_name="Blind"),
        offered=lead_on_offer(people.laura, people.inside, first_name="Offered"),
        theirs=lead_of(people.omar, team=people.outside, first_name="Theirs"),
    )
    house.absence = TimeOff.objects.create(
        rep=people.laura, starts_local="2199-01-05T00:00:00", ends_local="2199-01-06T00:00:00"
    )
    AlertCheck.objects.update(due_at=now())  # since the tables were made, which may be long ago
    lying = house.to_claim
    house.others_import = ImportRun.objects.create(source=web, filename="b.csv", by=in_role("mara", "manager"))
    house.target = Target.objects.create(team=people.inside, metric="speed-to-lead.within_five", value=60)
    house.weekly = subscribe(
        owner=house.dana,
        report="speed-to-lead",
        query="",
        to=[house.laura],
        weekday=0,
        hour=8,
        with_file=False,
        at=now(),
    )
    house.export = ExportRun.objects.create(sheet="leads", by=house.dana, rights=rights_of(house.dana), state="ready")
    house.proposal = WeightProposal.objects.create(
        team=people.inside, since=MONDAY_MORNING, until=now(), state="dismissed", decided_at=now()
    )
    house.told = Notification.objects.create(user=house.laura, kind="lead.assigned")
    house.objects = {
        "apitoken": ApiToken.objects.create(name="t", prefix="p", digest="d", source=web),
        "assignment": hers.assignments.get(),
        "calendar": Calendar.objects.create(slug="office"),
        "capture": Capture.objects.create(source=web, channel="api", lead=hers),
        "decision": lying.decisions.create(
            at=MONDAY_MORNING, outcome="assigned", plan_version=version, team=people.inside, rep=people.laura
        ),
        "delivery": Delivery.objects.create(notification=house.told, channel="email"),
        "disqualifier": Disqualifier.objects.create(slug="d", name="D", reason="r", when={}),
        "event": hers.events.create(kind="lead.assigned", team=people.inside, rep=people.laura),
        "feedbackpolicy": FeedbackPolicy.objects.create(team=people.inside),
        "feedbackrequest": FeedbackRequest.objects.create(
            lead=hers,
            rep=people.laura,
            team=people.inside,
            occasion="won",
            happened_at=now(),
            due_at=now(),
            sent_at=now(),
            state="asked",
        ),
        "group": role(name="rep"),
        "importrun": ImportRun.objects.create(source=web, filename="a.csv", by=house.dana),
        "lead": hers,
        "leadchange": LeadChange.objects.create(lead=hers, origin="admin", kind="facts"),
        "nextstep": planning.plan_next(
            lead_id=hers.pk, at=MONDAY_MORNING, due_at=now(), what="call", by=people.laura.user
        ),
        "peoplechange": PeopleChange.objects.create(kind="switch", rep=people.laura, at=now()),
        "plansettings": PlanSettings.objects.get(),
        "planversion": PlanVersion.objects.get(),
        "recyclepolicy": RecyclePolicy.objects.create(team=people.inside),
        "rep": people.laura,
        "rule": rule,
        "scorerule": ScoreRule.objects.create(slug="s", name="S", points=1, when={}),
        "skill": Skill.objects.create(slug="german"),
        "slapolicy": SlaPolicy.objects.create(slug="s", steps=[]),
        "source": Source.objects.get(),
        "stage": Stage.objects.first(),
        "straymail": StrayMail.objects.create(rep=people.laura, reason="r", key="k", raw=b""),
        "team": people.inside,
        "territory": Territory.objects.create(slug="us", name="US", where=[]),
        "user": people.laura.user,
    }
    return house
