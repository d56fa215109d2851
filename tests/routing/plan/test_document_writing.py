"""A document written and read again is the same document, whatever is in it."""

import json

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from routing.engine.fields import FIELDS, OPERATORS_OF, Kind, read_value
from routing.plan.document import canonical, complete, digest, load, people_half, plan_half, read, write
from routing.plan.document.defaults import (
    CAP_KINDS,
    CLOCKS,
    DELIVERIES,
    MAKE_UP_REASONS,
    ORDERS,
    RETURNING_BY,
    STEPS,
    WHEN_NOBODY,
)
from routing.plan.document.hours import WEEKDAYS

AWKWARD = [
    "NO",
    "no",
    "yes",
    "off",
    "null",
    "~",
    "Null",
    "02134",
    "08:00",
    "1e3",
    "2026-01-05",
    "0x1F",
    "=",
    "<<",
    "- a",
    "a: b",
    "#x",
    "*a",
    "&a",
    "!t",
    "%",
    "@",
    "`",
    "'",
    '"',
    "a\nb",
    "a\n\n b",
    "ä ö",
    "日本",
    "😀",
    "x\u2028y",
    "x\x85y",
    "x\ufeffy",
    "a\tb",
    "?",
    "{",
    "[",
    ",",
    "true",
    "x" * 150,
]

texts = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
    .map(str.strip)
    .filter(bool),
)
slugs = st.one_of(
    st.sampled_from(["NO", "null", "08", "yes", "a-b", "1e3", "off", "x" * 80]),
    st.from_regex(r"[-a-zA-Z0-9_]{1,12}", fullmatch=True),
)
usernames = st.one_of(slugs, st.sampled_from(["laura.ortiz", "dana@acme.example", "emma+1", "übung"]))
days = st.dates().map(lambda day: day.isoformat())
caps = st.dictionaries(st.sampled_from(CAP_KINDS), st.integers(0, 1000)).map(
    lambda read_caps: {kind: read_caps[kind] for kind in CAP_KINDS if kind in read_caps}
)
skills = st.dictionaries(st.sampled_from(["german", "health-care", "no", "007"]), st.integers(1, 3))
spans = st.sampled_from(
    [[], [["00:00", "24:00"]], [["09:00", "17:30"]], [["09:00", "12:00"], ["13:00", "15:00"]], [["22:00", "06:00"]]]
)


def one_of_kind(kind: Kind) -> st.SearchStrategy:
    if kind is Kind.NUMBER:
        return st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str))
    if kind is Kind.DATETIME:
        return st.datetimes().map(lambda moment: moment.isoformat())
    return st.sampled_from(["yes", "no"]) if kind is Kind.YES_NO else texts


@st.composite
def conditions(draw: st.DrawFn) -> dict:
    field = draw(
        st.sampled_from(
            [*sorted(set(FIELDS) - {"score", "band", "territory"}), "attributes.utm source", "attributes.NO"]
        )
    )
    kind = Kind.ATTRIBUTE if field.startswith("attributes.") else FIELDS[field].kind
    op = draw(st.sampled_from(OPERATORS_OF[kind]))
    if op in ("is_set", "is_not_set"):
        return {"field": field, "op": op}
    if op in ("within_hours", "outside_hours"):
        return {"field": field, "op": op, "value": draw(slugs)}
    if op == "in_ranges":
        raw: object = draw(
            st.lists(st.sampled_from(["75000-75399", "752*", "02134", "SW1A 1AA"]), min_size=1, max_size=3)
        )
    elif op == "between":
        raw = (
            [draw(one_of_kind(kind))] * 2
            if kind is Kind.DATETIME
            else sorted(draw(st.tuples(st.integers(), st.integers())))
        )
    elif op in ("at_least", "at_most", "more_than", "less_than") and kind is Kind.ATTRIBUTE:
        raw = draw(one_of_kind(Kind.NUMBER))
    elif op in ("in", "not_in"):
        raw = draw(st.lists(one_of_kind(kind), min_size=1, max_size=3))
    else:
        raw = draw(one_of_kind(kind))
    return {"field": field, "op": op, "value": read_value(field, op, raw)}


def groups(levels: int) -> st.SearchStrategy:
    member = conditions() if levels == 1 else st.one_of(conditions(), groups(levels - 1))
    return st.builds(
        lambda kind, members: {kind: members},
        st.sampled_from(["all", "any", "none"]),
        st.lists(member, min_size=1, max_size=3),
    )


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), strategy)


absences = (
    st.tuples(st.datetimes(), st.datetimes())
    .filter(lambda pair: pair[0].replace(microsecond=0) != pair[1].replace(microsecond=0))
    .map(
        lambda pair: dict(zip(("from", "to"), (end.isoformat(timespec="seconds") for end in sorted(pair)), strict=True))
    )
)
by_start = {"key": lambda absence: (absence["from"], absence["to"])}
unique_names = st.lists(usernames, unique=True, max_size=3)

calendars = st.fixed_dictionaries(
    {
        "timezone": st.sampled_from(["UTC", "America/Chicago", "Europe/Berlin"]),
        "hours": st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, spans)),
        "holidays": st.sampled_from([None, "US", "US-IL", "NO"]),
        "closed": st.lists(days, unique=True, max_size=3).map(sorted),
    }
)
reps = st.fixed_dictionaries(
    {
        "name": texts,
        "email": st.sampled_from(["", "laura@acme.example"]),
        "calendar": maybe(slugs),
        "seniority": st.integers(1, 5),
        "skills": skills,
        "caps": caps,
        "active": st.booleans(),
        "accepting": st.booleans(),
        "time_off": st.lists(absences, max_size=2).map(lambda all_off: sorted(all_off, **by_start)),
    }
)
teams = st.fixed_dictionaries(
    {
        "name": texts,
        "managers": unique_names,
        "calendar": maybe(slugs),
        "members": st.dictionaries(
            usernames, st.fixed_dictionaries({"weight": st.integers(0, 1000), "caps": caps}), max_size=3
        ),
        "counts": st.fixed_dictionaries(dict.fromkeys(("manual", "claim", "pick", "blind"), st.booleans())),
        "make_up": maybe(
            st.fixed_dictionaries(
                {
                    "reasons": st.lists(st.sampled_from(MAKE_UP_REASONS), unique=True, min_size=1),
                    "leads": st.integers(1, 9),
                    "days": st.integers(1, 9),
                }
            )
        ),
        "credit": st.lists(st.sampled_from(["bad_data", "no_show", "no", "off"]), unique=True),
    }
)
territories = st.fixed_dictionaries(
    {
        "name": texts,
        "parent": maybe(slugs),
        "where": st.lists(st.one_of(conditions(), groups(3)), max_size=2),
        "team": maybe(slugs),
        "reps": maybe(st.lists(usernames, unique=True, min_size=1, max_size=3)),
        "from": maybe(st.just("2026-01-01")),
        "to": maybe(days.filter(lambda day: day > "2026-01-01")),
    }
)
scores = st.fixed_dictionaries({"slug": slugs, "name": texts, "points": st.integers(-100, 100), "when": groups(4)})
disqualifiers = st.fixed_dictionaries({"slug": slugs, "name": texts, "reason": texts, "when": groups(1)})
by_slug = {"unique_by": lambda item: item["slug"], "max_size": 2}
qualifications = st.fixed_dictionaries(
    {
        "scores": st.lists(scores, **by_slug),
        "bands": st.fixed_dictionaries({"hot": st.integers(0, 100), "warm": st.integers(0, 100)}),
        "disqualify": st.lists(disqualifiers, **by_slug),
    }
)
policies = st.fixed_dictionaries(
    {
        "clock": st.sampled_from(CLOCKS),
        "steps": st.lists(
            st.fixed_dictionaries({"after": st.integers(1, 10**6), "do": st.sampled_from(STEPS)}),
            min_size=1,
            max_size=3,
        ),
    }
)
targets = st.one_of(
    slugs.map(lambda slug: {"team": slug}), st.just({"territory": True}), usernames.map(lambda name: {"rep": name})
)
rules = st.fixed_dictionaries(
    {
        "slug": slugs,
        "name": texts,
        "when": maybe(groups(4)),
        "to": targets,
        "delivery": st.sampled_from(DELIVERIES),
        "order": st.sampled_from(ORDERS),
        "requires": st.fixed_dictionaries(
            {
                "on_shift": st.booleans(),
                "skills": skills,
                "skills_from": st.lists(st.sampled_from(["industry", "attributes.NO"]), unique=True),
                "seniority": st.fixed_dictionaries(
                    {"at_least": maybe(st.integers(1, 2)), "at_most": maybe(st.integers(3, 5))}
                ),
            }
        ),
        "offer_minutes": st.integers(1, 99),
        "hide_contact": st.booleans(),
        "when_nobody": st.one_of(st.sampled_from(WHEN_NOBODY), slugs.map(lambda slug: {"team": slug})),
        "sla": maybe(slugs),
    }
)
documents = st.fixed_dictionaries(
    {
        "plan": st.just(1),
        "name": texts,
        "calendars": st.dictionaries(slugs, calendars, max_size=2),
        "reps": st.dictionaries(usernames, reps, max_size=2),
        "teams": st.dictionaries(slugs, teams, max_size=2),
        "territories": st.dictionaries(slugs, territories, max_size=2),
        "qualification": maybe(qualifications),
        "sla": st.dictionaries(slugs, policies, max_size=2),
        "rules": st.lists(rules, **by_slug),
        "returning": maybe(
            st.fixed_dictionaries(
                {"match": st.lists(st.sampled_from(RETURNING_BY), unique=True, min_size=1), "days": st.integers(1, 99)}
            )
        ),
    }
)

# No shrinking: making a whole plan smaller takes minutes, and a failure shows its text anyway.
unhurried = settings(
    max_examples=40,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@unhurried
@given(documents)
def test_a_document_survives_being_written(document):
    text = write(document)
    partial, findings = read(text)
    assert not findings, text
    again = complete(partial)
    assert again == document, text
    assert canonical(again) == canonical(document)
    assert list(again["territories"]) == list(document["territories"])
    assert [list(team["members"]) for team in again["teams"].values()] == [
        list(team["members"]) for team in document["teams"].values()
    ]


@unhurried
@given(documents)
def test_loading_what_was_written_changes_nothing(document):
    partial, _ = read(write(document))
    assert canonical(complete(partial, document)) == canonical(document)


@unhurried
@given(documents)
def test_the_canonical_text_survives_json_and_keeps_its_digest(document):
    text = canonical(document)
    again = json.loads(text)
    assert digest(canonical(again)) == digest(text)
    assert {key: again[key] for key in ("territories", "qualification", "sla", "rules", "returning")} == {
        key: document[key] for key in ("territories", "qualification", "sla", "rules", "returning")
    }


@pytest.mark.parametrize("text", AWKWARD)
def test_a_text_survives_wherever_it_stands(text):
    condition = {"field": "company", "op": "in", "value": [text, text]}
    document = complete(
        {"name": text, "rules": read("rules: [{name: a, to: b, when: {all: [{field: city, op: is_set}]}}]")[0]["rules"]}
    )
    document["rules"][0] |= {
        "name": text,
        "when": {"all": [condition, {"field": "company", "op": "is", "value": text}]},
    }
    assert complete(read(write(document))[0]) == document


def test_order_counts_where_the_engine_reads_it_and_nowhere_else():
    def text(file: str) -> str:
        return canonical(complete(read(file)[0]))

    assert text("reps: {laura: , daniel: }") == text("reps: {daniel: , laura: }")
    assert text("reps: {laura: {caps: {day: 1, open: 2}}}") == text("reps: {laura: {caps: {open: 2, day: 1}}}")
    assert text("teams: {t: {members: [laura, daniel]}}") != text("teams: {t: {members: [daniel, laura]}}")
    assert text("territories: {a: , b: }") != text("territories: {b: , a: }")


def test_the_halves_make_the_whole():
    document = complete(read("reps: {laura: }\nterritories: {us: }\nrules: [{name: a, to: b}]")[0])
    assert list(people_half(document)) == ["calendars", "reps", "teams"]
    assert people_half(document) | plan_half(document) == document
    assert "laura" not in canonical(plan_half(document))


def test_the_short_form_is_pleasant_to_read():
    document, _ = load(
        "reps: {laura: , daniel: }\nteams: {inside: {members: [laura, daniel]}}\n"
        "calendars: {office: {hours: {mon-thu: '09:00-17:30', fri: '09:00-15:00'}}}\n"
        "rules: [{name: Everything else, to: inside}]\nreturning: off"
    )
    assert write(document) == (
        "plan: 1\n\n"
        "# --- people ---------------------------------------------------------------------------------------\n"
        "calendars:\n  office:\n    timezone: UTC\n    hours: {mon-thu: '09:00-17:30', fri: '09:00-15:00'}\n\n"
        "reps:\n  laura: {}\n  daniel: {}\n\n"
        "teams:\n  inside:\n    members: [laura, daniel]\n\n"
        "# --- the plan -------------------------------------------------------------------------------------\n"
        "rules:\n  - slug: everything-else\n    name: Everything else\n    to: inside\n\n"
        "returning: off\n"
    )
