"""A small company, worked out by hand: every line with the reason why it must be so."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

PLAN = """
plan: 1
name: Acme inbound
calendars:
  chicago: {timezone: America/Chicago, hours: {mon-fri: "09:00-17:00"}}
reps:
  laura: {name: Laura, email: laura@acme.example, calendar: chicago, skills: {healthcare: 3}, caps: {hour: 2}}
  daniel: {name: Daniel, email: daniel@acme.example, calendar: chicago, skills: {healthcare: 1, ehr: 3}}
  emma: {name: Emma, email: emma@acme.example, time_off: [{from: "2026-01-05", to: "2026-01-08"}]}
  omar: {name: Omar, email: omar@acme.example, caps: {open: 1}}
teams:
  inside:
    name: Inside
    managers: [dana]
    members: {laura: {weight: 2}, daniel: {}, emma: {}}
  outside: {name: Outside, managers: [dana], members: [omar]}
territories:
  us: {name: United States, where: [{field: country, op: is, value: US}], team: inside}
  dallas:
    name: Dallas
    parent: us
    where: [{field: postcode, op: in_ranges, value: ["752*"]}]
    team: outside
qualification:
  scores:
    - {slug: big, name: Big, points: 80, when: {all: [{field: company_size, op: at_least, value: 1000}]}}
    - {slug: mid, name: Mid, points: 45, when: {all: [{field: company_size, op: between, value: [100, 999]}]}}
  disqualify:
    - {slug: student, name: Student, reason: no buyer, when: {all: [{field: job_title, op: contains, value: student}]}}
rules:
  - slug: healthcare
    name: Healthcare
    when: {all: [{field: industry, op: is, value: healthcare}]}
    to: inside
    order: best_match
    requires: {on_shift: true, skills: {healthcare: 1}, skills_from: [product]}
  - slug: hot
    name: Hot
    when: {all: [{field: band, op: is, value: hot}]}
    to: {rep: laura}
    delivery: offer
    offer_minutes: 10
    when_nobody: next_rule
  - {slug: local, name: Local, to: {territory: true}, when: {all: [{field: country, op: is_set}]}, order: weighted}
  - {slug: rest, name: Everything else, to: inside, delivery: claim}
returning: {match: [email, company], days: 30}
"""

# time, then id, e-mail, company, size, industry, product, country, postcode, title; and the line that must come out.
STORY = [
    # Laura 3; Daniel 1, and 3 for ehr: Daniel.
    ("15:00:00,a,ann@a.example,A,,Healthcare,EHR,,,", "a,assigned,healthcare,inside,assign,daniel,,0,cold,best_match"),
    # No product: Laura 3 over Daniel 1. That is her first this hour.
    ("15:00:01,b,bea@b.example,B,,healthcare,,,,", "b,assigned,healthcare,inside,assign,laura,,0,cold,best_match"),
    # Hot: offered to Laura, her second this hour.
    ("15:00:02,c,cy@c.example,C,5000,,,,,", "c,offered,hot,,offer,laura,,80,hot,round_robin"),
    # Hot again: Laura is capped, so the next rule; no country: the pool.
    ("15:00:03,d,dee@d.example,D,1000,,,,,", "d,pooled,rest,inside,claim,,,80,hot,pooled"),
    # US: Inside by weight; Laura capped, Emma off: Daniel.
    ("15:00:04,e,eve@e.example,E,100,,,us,60601,", "e,assigned,local,inside,assign,daniel,us,45,warm,weighted"),
    # Dallas is Omar's; his only one.
    ("15:00:05,f,fay@f.example,F,,,,US,75201-0001,", "f,assigned,local,outside,assign,omar,dallas,0,cold,weighted"),
    # Dallas again: Omar is full for good.
    ("15:00:06,g,gil@g.example,G,,,,US,75299,", "g,waiting,local,outside,assign,,dallas,0,cold,capped"),
    # Bea again: to Laura, capped or not.
    ("15:00:07,h,Bea@B.example ,,,,,,,", "h,assigned,returning,,assign,laura,,0,cold,returning"),
    # Of Omar's company F, by domain: to Omar, full or not; the territory is told.
    ("15:00:08,i,flo@f.example,,,,,US,75201,", "i,assigned,returning,,assign,omar,dallas,0,cold,returning"),
    # A student of A: set aside, not returned.
    ("15:00:09,j,al@a.example,A,2000,healthcare,,US,60601,PhD Student", "j,disqualified,,,,,us,80,hot,student"),
    # At 17:30 in Chicago nobody is on shift; tried again at each arrival, taken on Tuesday morning before `m`:
    # Laura 3 over Daniel 1.
    ("23:30:00,k,kim@k.example,K,,healthcare,,,,", "k,assigned,healthcare,inside,assign,laura,,0,cold,best_match"),
    # US at night: the shift is not asked for. Daniel alone was owed at `e`, so all are level at 0; Laura's share is two
    # thirds: she is short soonest.
    ("23:30:01,l,lea@l.example,L,,,,US,,", "l,assigned,local,inside,assign,laura,us,0,cold,weighted"),
    # Tuesday 9:00, after `k` (Laura's first this hour). Lags: Laura 2/3 - 1 = -1/3, Daniel 1/3. Laura's with her share
    # 1/3, floor((1 + 1/3) / (2/3)) = 2; Daniel floor((1 - 1/3) / (1/3)) = 2; the larger lag: Daniel.
    ("T15:00:00,m,mo@m.example,M,,,,US,,", "m,assigned,local,inside,assign,daniel,us,0,cold,weighted"),
    # Laura 1/3, Daniel -1/3: his share makes it 0, not above: Laura.
    ("T15:00:01,n,ned@n.example,N,,,,US,,", "n,assigned,local,inside,assign,laura,us,0,cold,weighted"),
    # Laura has two this hour: Daniel, alone.
    ("T15:00:02,o,oz@o.example,O,,,,US,,", "o,assigned,local,inside,assign,daniel,us,0,cold,weighted"),
    # Healthcare at the last arrival, three without a skill or over a cap: Daniel is able.
    ("T15:00:03,p,pat@p.example,P,,healthcare,,,,", "p,assigned,healthcare,inside,assign,daniel,,0,cold,best_match"),
]


def when(clock: str) -> str:
    return f"2026-01-06{clock}Z" if clock.startswith("T") else f"2026-01-05T{clock}Z"


@pytest.mark.parametrize("line", range(len(STORY)), ids=[row[0].split(",")[1] for row in STORY])
def test_each_lead_ends_where_it_must(line: int, ended: list[str]) -> None:
    assert ended[line] == STORY[line][1]


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("story")
    (folder / "plan.yaml").write_text(PLAN)
    rows = [(when(row.split(",", 1)[0]), row.split(",", 1)[1]) for row, _ in STORY]
    header = "came,id,email,company,company_size,industry,product,country,postcode,job_title"
    (folder / "leads.csv").write_text("\n".join([header, *(",".join(row) for row in rows)]) + "\n")
    out = StringIO()
    paths = {"plan": str(folder / "plan.yaml"), "leads": str(folder / "leads.csv")}
    call_command("simulate", **paths, time_column="came", stdout=out)
    return out.getvalue().splitlines()[1:]


def simulated(folder: Path, plan: str, leads: str, **options: str) -> list[str]:
    (folder / "plan.yaml").write_text(plan)
    (folder / "leads.csv").write_text(leads)
    out = StringIO()
    call_command("simulate", plan=str(folder / "plan.yaml"), leads=str(folder / "leads.csv"), stdout=out, **options)
    return out.getvalue().splitlines()[1:]


HOURLY = """
plan: 1
name: Acme
reps:
  laura: {name: Laura, email: laura@acme.example, caps: {hour: 1}}
teams:
  inside: {name: Inside, managers: [], members: [laura]}
qualification:
  scores:
    - {slug: a, name: A, points: 80, when: {all: [{field: product, op: is, value: hot}]}}
    - {slug: b, name: B, points: 50, when: {all: [{field: product, op: is, value: warm}]}}
rules:
  - {slug: all, name: All, to: inside}
returning: {match: [email], days: 30}
"""


def test_waiting_leads_are_tried_before_each_arrival_hot_warm_cold_then_by_arrival_and_not_after_the_last(
    tmp_path: Path,
) -> None:
    products = ["first", "cold", "warm", "cold", "hot", "warm", "hot"]
    leads = "id,came,product\n" + "".join(f"{n},2026-01-05T10:00:0{n},{name}\n" for n, name in enumerate(products))
    leads += "".join(f"x{hour},2026-01-05T{hour}:00:00,cold\n" for hour in (11, 12, 13, 14))
    ends = simulated(tmp_path, HOURLY, leads, time_column="came")
    taken = [line.split(",")[0] for line in ends if ",assigned," in line]
    # one an hour: at 10 the first; at 11, 12, 13 and 14 the two hot ones, then the two warm ones; the cold ones wait
    assert taken == ["0", "2", "4", "5", "6"]
    assert [line.split(",")[-1] for line in ends if ",waiting," in line] == ["capped"] * 6


def test_a_waiting_lead_returns_when_its_person_was_assigned_meanwhile(tmp_path: Path) -> None:
    leads = (
        "id,came,product,email\n"
        "a,2026-01-05T10:00:00,,\n"
        "b,2026-01-05T10:00:01,,ann@x.example\n"  # waits: Laura has had her one
        "c,2026-01-05T10:00:02,hot,ANN@x.example\n"  # waits too
        "d,2026-01-05T11:00:00,,\n"  # before it c, hot, is taken; then b returns to the owner of c, cap or not
    )
    ends = simulated(tmp_path, HOURLY, leads, time_column="came")
    assert [",".join(line.split(",")[:3]) for line in ends] == [
        "a,assigned,all",
        "b,assigned,returning",
        "c,assigned,all",
        "d,waiting,all",
    ]


def test_a_waiting_lead_returns_to_an_owner_who_is_back_within_24_hours(tmp_path: Path) -> None:
    off = 'time_off: [{from: "2026-01-05T10:00", to: "2026-01-07T10:00"}]'
    plan = HOURLY.replace("caps: {hour: 1}", off).replace("days: 30", "days: 2")
    leads = (
        "id,came,email\n"
        "a,2026-01-05T09:00:00,ann@x.example\n"
        "b,2026-01-05T11:00:00,ann@x.example\n"  # Laura is off for 47 hours: the rules, and nobody there
        "c,2026-01-06T10:00:00,\n"  # 24 hours to go: still too long for b
        "d,2026-01-06T10:00:01,\n"  # less than 24: b returns, though she is off
        "e,2026-01-07T09:30:00,ann@x.example\n"  # a is more than two days old by now, b is not
    )
    ends = simulated(tmp_path, plan, leads, time_column="came")
    assert [",".join(line.split(",")[1:3]) for line in ends] == [
        "assigned,all",
        "assigned,returning",
        "waiting,all",
        "waiting,all",
        "assigned,returning",
    ]
    too_early = [line for line in leads.splitlines() if not line.startswith("d,")]
    without = simulated(tmp_path, plan, "\n".join(too_early) + "\n", time_column="came")
    assert [line.split(",")[1] for line in without] == ["assigned", "waiting", "waiting", "waiting"], (
        "exactly 24 is not"
    )


def test_a_lead_taken_in_a_try_brings_its_person_back_within_the_same_try(tmp_path: Path) -> None:
    plan = HOURLY.replace(
        "caps: {hour: 1}}", "caps: {hour: 2}}\n  daniel: {name: Daniel, email: d@x.example, active: no}"
    )
    to_daniel = "{slug: his, name: His, to: {rep: daniel}, when: {all: [{field: product, op: is, value: his}]}}"
    leads = (
        "id,came,product,email\n"
        "a,2026-01-05T10:00:00,,\n"
        "b,2026-01-05T10:00:01,,\n"
        "c,2026-01-05T10:00:02,his,ann@x.example\n"  # waits for Daniel, who will never come
        "d,2026-01-05T10:00:03,hot,ann@x.example\n"  # waits: Laura has had her two
        "e,2026-01-05T11:00:00,,\n"  # before it Laura takes d, and c, which is Ann's too: two again, so e waits
        "f,2026-01-05T11:00:01,,\n"
    )
    ends = simulated(tmp_path, plan.replace("rules:\n", f"rules:\n  - {to_daniel}\n"), leads, time_column="came")
    assert [",".join(line.split(",")[1:3]) for line in ends] == [
        "assigned,all",
        "assigned,all",
        "assigned,returning",
        "assigned,all",
        "waiting,all",
        "waiting,all",
    ]
