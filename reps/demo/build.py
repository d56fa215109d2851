"""The demo company, put into an empty database: people and plan, what came in, what became of it, and today."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Value
from django.utils.timezone import now

from routing import bulk, pipeline
from routing.assignment import hand_over
from routing.assignment.books import open_books
from routing.assignment.delivery import post, posting_row
from routing.intake import capture, tokens
from routing.intake.inserting import insert_all
from routing.intake.leads import understand
from routing.leadfacts import COLUMNS, taken_from
from routing.models import Capture, ImportRun, Lead, PlanVersion, Rep, Source, Stage, Team, User
from routing.people_changes import set_accepting
from routing.plan.load import load_file
from routing.roster import compiled, directory, remember_people, territory_id

from . import people
from .clocks import run_clocks
from .feedback import ask_customers
from .market import SOURCES, TRADE_SHOW, WEEKS, Coming, Market
from .past import Past, Story
from .pauses import take_pauses
from .plans import plan_ahead

SEED: Final = 2026
COMPANY: Final = Path(__file__).with_name("company.yaml")
FIRST_PLAN: Final = ("- name: Asked for a demo\n      points: 25", "- name: Asked for a demo\n      points: 10")
"""What the plan said, and did not say yet, before its second version."""
SECOND_PLAN_AFTER: Final = timedelta(weeks=9)

LEAD_COLUMNS: Final = (
    *(
        "status",
        "owner_id",
        "team_id",
        "rule",
        "delivery",
        "reason",
        "plan_version_id",
        "score",
        "band",
        "territory_id",
    ),
    *("routed_at", "assigned_at", "pooled_at", "waiting_since", "due_at", "stage_id", "is_open", "first_touch_at"),
    *("working_wait", "contacted_at", "meeting_at", "opportunity_at", "proposal_at"),
    *("won_at", "lost_at", "lost_reason", "value", "updated_at"),
)

CANNOT_BE_READ: Final = (
    (95, b'{"email": "tessa.hart@cedarvalley-movers.example", "company": "Cedar Valley Movers", "company_size": }'),
    (1_600, b"first_name=Caleb&last_name=Grant&email=caleb.grant%40ironpines.example"),
)
CANNOT_BE: Final = (38, b'{"first_name": "Naomi", "last_name": "Foster", "email": "naomi.foster(at)oldmill.example"}')


class NotEmpty(Exception):
    """There is something in this database that the demo company must not be mixed with."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was built: how many leads, and the secret of the website's token."""

    leads: int
    token: str


def build(*, at: datetime) -> Built:
    """The whole company as it stands at `at`, all of it or nothing. Raises NotEmpty where leads or people are there."""
    _refuse_what_is_real()
    chance = Random(SEED)  # noqa: S311 - a story, not a secret
    since = at - timedelta(weeks=WEEKS, days=3)
    with transaction.atomic():
        office = people.make_office()
        dana = office["dana"]
        plans = _plans(since=since, by=dana)
        reps = people.make_log_ins_of_reps()
        people.make_absences(at=at, since=since, by=dana)
        sources, token = _sources(since=since)
        market = Market(chance)
        coming = [*market.weeks(now=at), *market.today(now=at)]
        lying = _arrive(coming, sources, at=at)
        past = _play(lying, plans, reps, dana, chance, at=at)
        _write(past)
        take_pauses(past, Random(SEED), since=since, until=at - timedelta(days=1))  # noqa: S311 - a story too
        run_clocks(at=at)
        ask_customers(at=at, chance=Random(SEED))  # noqa: S311 - likewise, and of its own: it moves nothing above
        _inbox(sources["website"], at=at)
        _now(market, sources["website"], reps, at=at)
        _something_for_everyone(by=dana)
        plan_ahead(at=at)
    return Built(leads=Lead.objects.count(), token=token)


def _refuse_what_is_real() -> None:
    for model, what in (
        (Lead, "leads"),
        (Capture, "captures"),
        (PlanVersion, "a plan"),
        (Rep, "reps"),
        (Team, "teams"),
    ):
        if model._default_manager.exists():
            raise NotEmpty(f"There are {what} in this database already; the demo company is for an empty one.")
    names = [person.username for person in (people.ADMIN, people.DANA, people.STEFAN, people.NORA)]
    taken = User.objects.filter(username__in=names).values_list("username", flat=True).first()
    if taken is not None:
        raise NotEmpty(
            f"There is somebody called {taken} in this database already; the demo company is for an empty one."
        )


def _plans(*, since: datetime, by: User) -> list[tuple[datetime, int]]:
    """The plan's two versions, each with the moment from which it was in force."""
    text = COMPANY.read_text(encoding="utf-8")
    later = since + SECOND_PLAN_AFTER
    load_file(text.replace(*FIRST_PLAN), at=since, by=by, and_publish=True, note="How we begin")
    load_file(text, at=later, by=by, and_publish=True, note="Whoever asks for a demo is nearly hot: 25 points, not 10")
    return [(since, 1), (later, 2)]


def _sources(*, since: datetime) -> tuple[dict[str, Source], str]:
    made = {
        slug: Source.objects.create(
            slug=slug, name=name, channel=channel, default_country="US", form_open=slug == "website"
        )
        for slug, (name, channel, _, _) in SOURCES.items()
    }
    made["trade-show"] = Source.objects.create(slug="trade-show", name="Trade show", channel="csv")
    secrets = {
        slug: tokens.make(name=made[slug].name, at=since, source=made[slug])[1] for slug in ("website", "trial", "ads")
    }
    return made, secrets["website"]


# --- the weeks ------------------------------------------------------------------------------------


def _arrive(coming: Sequence[Coming], sources: dict[str, Source], *, at: datetime) -> set[int]:
    """Captures, and the leads they become; the ids of leads that nobody goes for yet."""
    show = at - TRADE_SHOW
    run = ImportRun.objects.create(
        source=sources["trade-show"], filename="met-at-the-service-expo.csv", started_at=show, finished_at=show
    )
    captures = [_capture(one, sources[one.source], run, line) for line, one in enumerate(coming, start=2)]
    insert_all(captures)
    outcomes = understand(captures, at=at)
    new = [
        (one, outcome) for one, outcome in zip(coming, outcomes, strict=True) if outcome.status == Capture.Status.LEAD
    ]
    run.read = sum(one.met_at_show for one in coming)
    run.created = sum(one.met_at_show for one, _ in new)
    run.duplicates = run.read - run.created
    run.save()
    return {outcome.lead.pk for one, outcome in new if one.lies and outcome.lead is not None}


def _capture(one: Coming, source: Source, run: ImportRun, line: int) -> Capture:
    body = json.dumps(one.facts)
    arrived = Capture(
        source=source, channel=source.channel, received_at=one.at, content_type="application/json", body=body
    )
    if one.met_at_show:
        flat = {name: value for name, value in one.facts.items() if name != "attributes"}
        flat |= {f"attributes.{name}": value for name, value in one.facts["attributes"].items()}
        arrived.run, arrived.row, arrived.content_type = run, line, "text/csv"
        arrived.body = json.dumps({"row": flat, "facts": flat})
    arrived.body_digest = hashlib.sha256(arrived.body.encode()).hexdigest()
    return arrived


def _play(
    lying: set[int],
    plans: list[tuple[datetime, int]],
    reps: dict[str, User],
    dana: User,
    chance: Random,
    *,
    at: datetime,
) -> Past:
    who = directory()
    remember_people(who)
    books = open_books(who, teams=who.team_ids, reps=who.rep_ids, at=at)
    in_force = [(since, plan) for since, number in plans if (plan := compiled(number)) is not None]
    stages = dict(Stage.objects.values_list("slug", "pk"))
    past = Past(books, in_force, reps, stages, dana, chance)
    asked = Lead.objects.order_by("captured_at", "pk").annotate(people_now=Value(0), plan_now=Value(0))
    taken = (taken_from(row) for row in asked.values_list(*COLUMNS, "people_now", "plan_now"))
    past.play([Story(one, one.id in lying) for one in taken], until=at)
    books.close()
    return past


def _write(past: Past) -> None:
    """The rows of the past, in bulk."""
    insert_all(past.bases)
    for decision in past.decisions:
        decision.basis_id = decision.basis.pk if decision.basis is not None else None
    insert_all(past.decisions)
    for assignment in past.assignments:
        assignment.decision_id = assignment.decision.pk if assignment.decision is not None else None
    insert_all(past.assignments)
    rows = []
    for assignment, winner, owed, sign, reason, at in past.postings:
        team = past.who.team_slugs[assignment.team_id or 0]
        row = posting_row(
            past.who,
            team=team,
            winner=winner,
            owed=owed,
            reason=reason,
            lead_id=assignment.lead_id,
            assignment_id=assignment.pk,
            at=at,
        )
        rows.append((*row[:4], sign, *row[5:]))
    post(rows)
    insert_all(past.activities)
    insert_all(past.moves)
    insert_all(past.events)
    bulk.update(Lead, LEAD_COLUMNS, [_lead_row(story, past) for story in past.stories])


def _lead_row(story: Story, past: Past) -> tuple[Any, ...]:
    decision, who = story.decision, past.who
    if decision is None or story.status == "new":
        return (story.taken.id, "new", *[None] * 2, "", "", "", None, 0, "cold", *[None] * 5, story.captured_at,
                past.stages["new"], True, *[None] * 8, "", None, story.captured_at)  # fmt: skip
    territory = decision.qualified.territory
    return (
        story.taken.id,
        story.status,
        who.rep_ids.get(story.owner or ""),
        who.team_ids.get(decision.team or ""),
        decision.rule_slug,
        decision.delivery,
        decision.reason,
        story.plan,
        decision.qualified.score,
        decision.qualified.band,
        territory_id(territory.slug) if territory is not None else None,
        story.routed_at,
        story.assigned_at,
        story.pooled_at,
        story.waiting_since,
        None,
        past.stages[story.stage],
        story.is_open,
        story.first_touch_at,
        story.working_wait,
        *(story.reached.get(kind) for kind in ("contacted", "meeting", "opportunity", "proposal")),
        story.closed_at if story.stage == "won" else None,
        story.closed_at if story.stage == "lost" else None,
        story.reason,
        story.value,
        story.updated_at,
    )


# --- today ----------------------------------------------------------------------------------------


def _inbox(source: Source, *, at: datetime) -> None:
    """What could not be understood, left for a person to mend, and one that its sender was told about."""
    for minutes, body in CANNOT_BE_READ:
        then = at - timedelta(minutes=minutes)
        understand(
            [capture.store(source=source, body=body, content_type="application/json", at=then)], at=then, answered=False
        )
    minutes, body = CANNOT_BE
    then = at - timedelta(minutes=minutes)
    understand([capture.store(source=source, body=body, content_type="application/json", at=then)], at=then)


def _something_for_everyone(*, by: User) -> None:
    """Whatever the hour, nobody at work has nothing to answer: a manager hands on a colleague's lead."""
    at = now()
    unanswered = Lead.objects.filter(is_open=True, first_touch_at=None, owner__isnull=False)
    for rep in Rep.objects.filter(active=True).exclude(pk__in=unanswered.values("owner")).order_by("pk"):
        if directory().people.reps[rep.username].absence_at(at) is not None:
            continue
        of_busy = Rep.objects.filter(leads__in=unanswered).annotate(left=Count("leads")).filter(left__gt=1)
        spare = unanswered.filter(team__memberships__rep=rep, owner__in=of_busy.values("pk"))
        lead = spare.order_by("-assigned_at", "-pk").first()
        if lead is not None:
            hand_over(lead_id=lead.pk, rep=rep, by=by, at=at, override="Evened out this morning")


def _now(market: Market, source: Source, reps: dict[str, User], *, at: datetime) -> None:
    """This moment, by the same way as everything after it: the last few leads, and whoever still waits is looked at."""
    rep = Rep.objects.get(username="priya")
    set_accepting(rep, False, at=at - timedelta(minutes=5), paused_until=at + timedelta(minutes=85), by=reps["priya"])
    bodies = [json.dumps(facts).encode() for facts in market.just_now()]
    arrived = [capture.store(source=source, body=body, content_type="application/json", at=at) for body in bodies]
    understand(arrived, at=at)
    pipeline.route_leads(
        Lead.objects.filter(status__in=[Lead.Status.NEW, Lead.Status.WAITING]).values_list("pk", flat=True)
    )
