"""A whole document checked: what stops it, and what only surprises."""

# ruff: noqa: E501 (plans in a test read best a line each)

import pytest

from routing.plan.document import check, complete, read

PEOPLE = """
calendars: {office: {hours: {mon-fri: "09:00-17:00"}}}
reps: {laura: {skills: {german: 2}}, daniel: , emma: , omar: {active: false}}
teams: {inside: {members: [laura, daniel, emma]}, empty: {}, resting: {members: {laura: {weight: 0}}}}
sla: {golden: {steps: [{after: 5m, do: breach}]}}
"""
US = "{field: country, op: is, value: US}"
DE = "{field: country, op: is, value: DE}"
CATCH_ALL = "{slug: rest, to: inside}"


def findings(more: str) -> list[tuple[str, str, str]]:
    partial, wrong = read(PEOPLE + more)
    assert not wrong, [str(finding) for finding in wrong]
    return [(finding.level, finding.place, finding.message) for finding in check(complete(partial))]


def with_rule(rule: str) -> list[tuple[str, str, str]]:
    return findings(f"rules: [{rule}, {CATCH_ALL}]")


def test_a_sound_plan_has_nothing_to_say():
    assert with_rule(f"{{name: A, to: inside, when: {{all: [{US}]}}, sla: golden}}") == []


@pytest.mark.parametrize(
    ("rule", "place", "words"),
    [
        ("{name: A, to: insid}", "rules[0].to", "there is no team 'insid'; did you mean 'inside'?"),
        ("{name: A, to: {rep: ghost}}", "rules[0].to.rep", "there is no rep 'ghost'"),
        ("{name: A, to: inside, sla: silver}", "rules[0].sla", "there is no SLA policy 'silver'"),
        (
            "{name: A, to: inside, when_nobody: {team: ghosts}}",
            "rules[0].when_nobody.team",
            "there is no team 'ghosts'",
        ),
        ("{name: A, to: {rep: laura}, delivery: claim}", "rules[0].delivery", "needs a team"),
        (
            "{name: A, to: inside, when: {all: [{field: captured_at, op: within_hours, value: home}]}}",
            "rules[0].when.all[0].value",
            "there is no calendar 'home'",
        ),
        (
            "{slug: rest, to: inside, when: {all: [{field: city, op: is_set}]}}",
            "rules[1].slug",
            "'rest' is the slug of rules[0] too",
        ),
    ],
)
def test_what_cannot_work_is_an_error(rule, place, words):
    errors = [(where, message) for level, where, message in with_rule(rule) if level == "error"]
    assert [where for where, _ in errors] == [place]
    assert words in errors[0][1]


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ("[]", "rules"),
        (f"[{{name: A, to: inside, when: {{all: [{US}]}}}}]", "rules[0]"),
        ("[{name: A, to: {territory: true}}]", "rules[0].to"),
    ],
    ids=["no rules", "the last has conditions", "the last knows only territories"],
)
def test_every_plan_has_a_catch_all(rules, place):
    assert ("error", place) in [found[:2] for found in findings(f"rules: {rules}")]


@pytest.mark.parametrize(
    ("rule", "place", "words"),
    [
        ("{name: A, to: inside}", "rules[1]", "is never reached: 'a' before it matches every lead"),
        ("{name: A, to: empty, when_nobody: next_rule}", "rules[0].to", "has no members"),
        ("{name: A, to: resting, order: weighted, when_nobody: next_rule}", "rules[0].order", "every weight"),
        ("{name: A, to: {rep: omar}, when_nobody: next_rule}", "rules[0].to.rep", "is not active"),
        (
            "{name: A, to: inside, requires: {skills: {german: 3}}, when_nobody: next_rule}",
            "rules[0].requires.skills.german",
            "at level 3",
        ),
        (
            "{name: A, to: inside, when_nobody: {team: inside}, when: {all: [{field: city, op: is_set}]}}",
            "rules[0].when_nobody.team",
            "own team",
        ),
        ("{name: A, to: inside, hide_contact: true, when_nobody: next_rule}", "rules[0].hide_contact", "no effect"),
        (
            "{name: A, to: inside, delivery: claim, when_nobody: anyone, when: {all: [{field: city, op: is_set}]}}",
            "rules[0].when_nobody",
            "in the pool",
        ),
        ("{name: A, to: {territory: true}}", "rules[0].to", "there are no territories"),
        (
            "{name: A, to: inside, when: {all: [{field: territory, op: is, value: mars}]}}",
            "rules[0].when.all[0].value",
            "there is no territory 'mars'",
        ),
        (
            "{name: A, to: inside, when: {all: [{field: band, op: in, value: [hot, lukewarm]}]}}",
            "rules[0].when.all[0].value[1]",
            "'lukewarm'",
        ),
    ],
)
def test_what_would_surprise_is_a_warning(rule, place, words):
    told = with_rule(rule)
    assert [found[:2] for found in told] == [("warning", place)]
    assert words in told[0][2]


def test_a_rule_with_the_conditions_of_one_before_is_shadowed_unless_that_one_passes_on():
    def second(first_more: str) -> list[tuple[str, str, str]]:
        same = f"when: {{all: [{US}]}}"
        return findings(
            f"rules: [{{name: A, to: inside, {same}{first_more}}}, {{name: B, to: inside, {same}}}, {CATCH_ALL}]"
        )

    assert second("") == [("warning", "rules[1]", "is never reached: 'a' before it has the same conditions")]
    assert second(", when_nobody: next_rule") == []


def test_a_territory_cannot_be_its_own_ancestor():
    told = findings(f"territories: {{a: {{parent: b}}, b: {{parent: c}}, c: {{parent: b}}}}\nrules: [{CATCH_ALL}]")
    assert [found[:2] for found in told] == [("error", "territories.b.parent"), ("error", "territories.c.parent")]


def test_what_a_territory_names_exists():
    told = findings(f"territories: {{a: {{parent: b, team: outside, reps: [ghost]}}}}\nrules: [{CATCH_ALL}]")
    assert [found[:2] for found in told] == [
        ("error", "territories.a.team"),
        ("error", "territories.a.parent"),
        ("error", "territories.a.reps[0]"),
    ]


def test_a_territorys_rep_should_be_of_its_inherited_team():
    told = findings(
        f"territories: {{us: {{team: inside}}, texas: {{parent: us, reps: [laura, omar]}}}}\nrules: [{CATCH_ALL}]"
    )
    assert [found[:2] for found in told] == [("warning", "territories.texas.reps[1]")]


@pytest.mark.parametrize(
    ("territories", "warned"),
    [
        (f"{{a: {{where: [{US}]}}, b: {{where: [{US}]}}}}", ["territories.b"]),
        (f"{{a: {{where: [{US}]}}, b: {{where: [{DE}]}}}}", []),
        (f"{{a: {{where: [{US}]}}, b: {{parent: a, where: [{US}]}}}}", []),
        (f"{{a: {{where: [{US}], to: 2026-01-01}}, b: {{where: [{US}], from: 2026-01-01}}}}", []),
        (f"{{u: {{where: [{US}]}}, a: {{parent: u}}, b: {{parent: u}}}}", ["territories.b"]),
    ],
    ids=["the same", "different", "one below the other", "one after the other", "the same parent's"],
)
def test_equally_deep_territories_alike_are_a_warning(territories, warned):
    assert [place for _, place, _ in findings(f"territories: {territories}\nrules: [{CATCH_ALL}]")] == warned


def test_what_people_name_exists():
    partial, _ = read(
        "reps: {laura: {calendar: home}}\nteams: {inside: {calendar: home, members: [laura, omar]}}\nrules: [{slug: rest, to: inside}]"
    )
    assert [finding.place for finding in check(complete(partial))] == [
        "reps.laura.calendar",
        "teams.inside.calendar",
        "teams.inside.members.omar",
    ]


def test_a_calendar_that_never_opens_is_a_warning():
    partial, _ = read(PEOPLE.replace('{mon-fri: "09:00-17:00"}', "{}") + f"rules: [{CATCH_ALL}]")
    assert [finding.line for finding in check(complete(partial))] == [
        "warning: calendars.office.hours: the calendar is never open: nobody with it is ever on shift"
    ]


def test_hours_past_midnight_into_the_next_days_are_a_warning():
    partial, _ = read(
        PEOPLE.replace('{mon-fri: "09:00-17:00"}', '{sun: "22:00-06:00", mon: "05:00-09:00"}') + f"rules: [{CATCH_ALL}]"
    )
    assert [finding.place for finding in check(complete(partial))] == ["calendars.office.hours.sun"]


def test_hot_below_warm_is_a_warning():
    told = findings(f"qualification: {{bands: {{hot: 30, warm: 40}}}}\nrules: [{CATCH_ALL}]")
    assert [found[:2] for found in told] == [("warning", "qualification.bands")]
