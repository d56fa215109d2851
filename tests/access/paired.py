"""Two databases that differ only in what a rep may not see, and what a rep can ask of them.

Both are made in one, one after the other: rows have the same numbers in both, so that answers can be compared byte by
byte. What Laura may see is the same in both; all else is drawn anew.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlencode

from reports.registry import reports
from routing.api.filters import AssignmentFilter, LeadFilter, RepFilter, TeamFilter
from routing.models import Assignment, Lead, Membership, Rep, Source, Stage, Team, User
from tests.cast import MONDAY_MORNING, lead

NAMES: Final = ("Ada", "Bo", "Cleo", "Dov", "Eve", "%", "_", "Zoë")
COMPANIES: Final = ("Old Mill", "Cedar", "Northwind", "")
PLACES: Final = ("US", "DE", "CH", "")
BANDS: Final = ("hot", "warm", "cold")
STAGES: Final = ("new", "contacted", "meeting")
DOMAINS: Final = ("gmail.com", "oldmill.example", "cedar.example")
WORDS: Final = (*NAMES, *COMPANIES, *PLACES, *BANDS, *DOMAINS, "laura", "omar", "inside", "outside", "web", "1", "x")


def people() -> SimpleNamespace:
    """Laura and Daniel sell in Inside, Omar in Outside. Always under the same numbers."""
    made = SimpleNamespace()
    for number, (username, name) in enumerate((("laura", "Laura"), ("daniel", "Daniel"), ("omar", "Omar")), start=9001):
        user = User.objects.create(pk=number, username=username)
        setattr(made, username, Rep.objects.create(pk=number, username=username, name=name, user=user))
    for number, (slug, members) in enumerate(
        (("inside", (made.laura, made.daniel)), ("outside", (made.omar,))), start=9001
    ):
        setattr(made, slug, Team.objects.create(pk=number, slug=slug, name=slug.capitalize()))
        for position, rep in enumerate(members):
            Membership.objects.create(pk=number * 10 + position, team_id=number, rep=rep, position=position)
    made.sources = [Source.objects.create(pk=9001 + n, slug=slug, name=slug) for n, slug in enumerate(("web", "fair"))]
    return made


def contact(chance: Random, number: int) -> dict[str, Any]:
    """Who a lead is: what a rule may hide. Never twice the same address."""
    first = chance.choice(NAMES)
    return {
        "external_id": chance.choice(("", f"x-{number}-{chance.randrange(99)}")),
        "email": chance.choice(("", f"{first.lower()}{number}.{chance.randrange(99)}@{chance.choice(DOMAINS)}")),
        "phone": chance.choice(("", f"+1512555{number % 1000:03}{chance.randrange(10)}")),
        "first_name": first,
        "last_name": chance.choice(NAMES),
        "attributes": {chance.choice(WORDS) or "note": chance.choice(WORDS)},
        "consent": chance.choice(("", "agreed")),
    }


def facts(chance: Random, sources: list[Source]) -> dict[str, Any]:
    """What else is known of a lead, and when it came."""
    at = MONDAY_MORNING - timedelta(minutes=chance.randrange(5000))
    return {
        "source": chance.choice(sources),
        "channel": chance.choice(("api", "form")),
        "company": chance.choice(COMPANIES),
        "job_title": chance.choice(NAMES),
        "industry": chance.choice(NAMES),
        "city": chance.choice(NAMES),
        "product": chance.choice(NAMES),
        "country": chance.choice(PLACES),
        "band": chance.choice(BANDS),
        "score": chance.randrange(101),
        "stage": chance.choice(STAGES),
        "captured_at": at,
    }


def database(seen: Random, hidden: Random) -> SimpleNamespace:
    """One of the two. `seen` draws what Laura may see and must be the same for both; `hidden` draws all else."""
    made = people()
    numbers = iter(range(70_001, 80_000))
    for _ in range(14):
        number = next(numbers)
        owned_lead(made, made.laura, number, contact(seen, number), facts(seen, made.sources), seen)
    for delivery in ("claim", "pick") * 9:
        number = next(numbers)
        hide = seen.random() < 0.6
        lying(made, made.inside, delivery, number, contact(hidden if hide else seen, number), seen, hide)
    for _ in range(20):
        number = next(numbers)
        kind = hidden.choice(("blind", "daniel", "theirs", "their pool", "waiting", "none"))
        known, who = facts(hidden, made.sources), contact(hidden, number)
        match kind:
            case "blind":
                lying(made, made.inside, "blind", number, who, hidden, hidden.random() < 0.5)
            case "daniel":
                owned_lead(made, made.daniel, number, who, known, hidden)
            case "theirs":
                owned_lead(made, made.omar, number, who, known, hidden, team=made.outside)
            case "their pool":
                lying(made, made.outside, hidden.choice(("claim", "pick")), number, who, hidden, False)
            case "waiting":
                lead(pk=number, status=Lead.Status.WAITING, team=made.inside, delivery="manual", **who, **known)
    return made


def owned_lead(
    made: SimpleNamespace,
    rep: Rep,
    number: int,
    who: dict[str, Any],
    known: dict[str, Any],
    chance: Random,
    team: Team | None = None,
) -> None:
    """A lead somebody has, with the line that says since when."""
    at = MONDAY_MORNING - timedelta(minutes=chance.randrange(1000))
    touched = at + timedelta(minutes=3) if chance.random() < 0.5 else None
    both = {
        "owner": rep,
        "team": team or made.inside,
        "assigned_at": at,
        "first_touch_at": touched,
        "delivery": "assign",
    }
    lead(pk=number, status=Lead.Status.ASSIGNED, due_at=None, **both, **who, **known)
    Assignment.objects.create(
        pk=number,
        lead_id=number,
        rep=rep,
        team=team or made.inside,
        method="assign",
        assigned_at=at,
        first_touch_at=touched,
    )


def lying(
    made: SimpleNamespace, team: Team, delivery: str, number: int, who: dict[str, Any], chance: Random, hide: bool
) -> None:
    """A lead in a team's pool, perhaps with its contact details hidden until it is somebody's."""
    lead(
        pk=number,
        status=Lead.Status.POOLED,
        team=team,
        delivery=delivery,
        hide_contact=hide,
        pooled_at=MONDAY_MORNING,
        due_at=None,
        **who,
        **facts(chance, made.sources),
    )


# --- what a rep can ask ---------------------------------------------------------------------------

# The leaderboard is there to tell of colleagues; a manager may hide it.
OF_REPS: Final = tuple(slug for slug, report in reports().items() if not report.tells_colleagues)
ASKED_OF_REPORTS: Final = ("period", "group", "team", "rep", "source", "band", "rule", "compare", "group", "sort")
LISTS: Final = {
    "/api/v1/leads/": tuple(LeadFilter.base_filters),
    "/api/v1/assignments/": tuple(AssignmentFilter.base_filters),
    "/api/v1/reps/": tuple(RepFilter.base_filters),
    "/api/v1/teams/": tuple(TeamFilter.base_filters),
    "/": (),
    "/claims/": (),
    "/pool/": ("search", "band"),
    "/reports/": (),
    **{f"/reports/{slug}/": ASKED_OF_REPORTS for slug in OF_REPS},
    **{f"/reports/{slug}.csv": ASKED_OF_REPORTS for slug in OF_REPS},
    **{f"/api/v1/reports/{slug}/": ASKED_OF_REPORTS for slug in OF_REPS},
}
OF_ONE: Final = (
    "/api/v1/leads/{}/",
    "/api/v1/leads/{}/explanation/",
    "/leads/{}/",
)
TRIED_ANYWHERE: Final = (
    *("page", "page_size", "cursor", "ordering", "order", "sort", "o", "search", "q", "seen", "format", "limit"),
    *("email__startswith", "first_name", "last_name__icontains", "attributes__note", "free_mail", "owner__isnull"),
)


def question(chance: Random) -> tuple[str, dict[str, str]]:
    """Something that a rep may type into the address bar, and how the page is asked."""
    headers = {"HX-Request": "true"} if chance.random() < 0.2 else {}
    if chance.random() < 0.15:
        return chance.choice(OF_ONE).format(chance.randrange(70_001, 70_060)), headers
    of_reports = chance.random() < 0.5  # of which there are many
    path = chance.choice([path for path in LISTS if ("/reports/" in path) == of_reports])
    asked = {}
    for _ in range(chance.randrange(4)):
        name = chance.choice((*LISTS[path], *LISTS[path], *TRIED_ANYWHERE))
        asked[name] = worth_trying(chance, name)
    return f"{path}?{urlencode(asked)}", headers


def worth_trying(chance: Random, name: str) -> str:
    """A value that may hit something, be it hidden."""
    if name == "period":
        return chance.choice(("all-time", "last-30-days", "today", "this-year"))
    if name == "group":
        return chance.choice(("rep", "source", "band", "rule", "industry", "channel", "hour", "day", "attributes.note"))
    if name in ("ordering", "order", "sort", "o"):
        return chance.choice(("", "-")) + chance.choice(("email", "first_name", "phone", "company", "score", "pk"))
    if name == "status":
        return chance.choice(Lead.Status.values)
    if name == "stage":
        return chance.choice(list(Stage.objects.values_list("slug", flat=True)))
    if name in ("page", "page_size", "limit", "lead"):
        return str(chance.choice((1, 2, 3, 5, 1000, -1, 70_030)))
    if name in ("is_open", "active", "accepting", "free_mail", "owner__isnull"):
        return chance.choice(("true", "false"))
    if "_after" in name or "_before" in name:
        return (MONDAY_MORNING - timedelta(minutes=chance.randrange(5000))).isoformat()
    return chance.choice(WORDS)
