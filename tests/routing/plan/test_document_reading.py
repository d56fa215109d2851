"""The file as it is read: every scalar a text, every mistake named with its place."""

# ruff: noqa: E501 (plans in a test read best a line each)

from pathlib import Path

import pytest

from routing.plan.document import load, read

TEAM = "reps: {laura: , daniel: , emma: }\nteams: {inside: {members: [laura, daniel, emma]}}\n"
CATCH_ALL = "rules: [{name: Everything else, to: inside}]\n"

SAMPLE = Path(__file__).parent / "plan_sample.yaml"


def partial(text: str) -> dict:
    result, findings = read(text)
    assert not findings, [str(finding) for finding in findings]
    return result


def said(text: str | bytes) -> list[str]:
    return [str(finding) for finding in read(text)[1]]


def test_nothing_is_taken_for_a_number_a_date_or_a_yes():
    condition = partial(
        "rules: [{name: 1e3, to: 007, when: {all: [{field: country, op: in, value: [NO, 02134, 08:00, 2026-01-05, null-ish]}]}}]"
    )
    rule = condition["rules"][0]
    assert rule["name"] == "1e3"
    assert rule["to"] == {"team": "007"}
    assert rule["when"]["all"][0]["value"] == ["NO", "02134", "08:00", "2026-01-05", "null-ish"]


def test_what_the_file_leaves_out_is_not_in_what_was_read():
    read_reps = partial(
        "reps: {laura: {seniority: 3, calendar: ~, email: ''}, daniel: {accepting: false, time_off: []}}"
    )
    assert read_reps == {"reps": {"laura": {"seniority": 3}, "daniel": {"accepting": False, "time_off": []}}}


@pytest.mark.parametrize(
    ("hours", "open_days"),
    [
        (
            '{mon-thu: "09:00-17:30"}',
            {"mon": "09:00-17:30", "tue": "09:00-17:30", "wed": "09:00-17:30", "thu": "09:00-17:30"},
        ),
        ('{sat-mon: "9:00 - 12:00"}', {"mon": "09:00-12:00", "sat": "09:00-12:00", "sun": "09:00-12:00"}),
        ('{mon-tue: "09:00-17:00", tue: "10:00-11:00"}', {"mon": "09:00-17:00", "tue": "10:00-11:00"}),
        ('{mon-tue: "09:00-17:00", mon: }', {"tue": "09:00-17:00"}),
        ('{mon-tue: "09:00-17:00", mon: []}', {"tue": "09:00-17:00"}),
        ('{sun: "22:00-06:00"}', {"sun": "22:00-06:00"}),
        ('{fri: ["13:00-24:00", "00:00-12:00"]}', {"fri": "00:00-12:00 13:00-24:00"}),
        ("{}", {}),
    ],
    ids=[
        "a range",
        "a range that wraps",
        "the later entry",
        "closed by nothing",
        "closed by a list",
        "past midnight",
        "in order",
        "never",
    ],
)
def test_hours_by_day(hours, open_days):
    seven = partial(f"calendars: {{office: {{hours: {hours}}}}}")["calendars"]["office"]["hours"]
    assert list(seven) == ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert {day: " ".join("-".join(span) for span in spans) for day, spans in seven.items() if spans} == open_days


@pytest.mark.parametrize(
    ("text", "where", "words"),
    [
        ("nam: Acme", "nam", "did you mean 'name'?"),
        ("plan: 2", "plan", "'2' is not a version"),
        ("calendars: {c: {timezone: America/Chicgo}}", "calendars.c.timezone", "did you mean 'America/Chicago'?"),
        ("calendars: {c: {hours: {mon: 9-17}}}", "calendars.c.hours.mon", "'9-17' is not a span of hours"),
        ("calendars: {c: {hours: {mon: '09:00-25:00'}}}", "calendars.c.hours.mon", "no time of day"),
        ("calendars: {c: {hours: {mon: '24:00-06:00'}}}", "calendars.c.hours.mon", "24:00 is only an end"),
        ("calendars: {c: {hours: {mon: '09:00-09:00'}}}", "calendars.c.hours.mon", "is empty"),
        (
            "calendars: {c: {hours: {mon: ['09:00-12:00', '11:00-13:00']}}}",
            "calendars.c.hours.mon[1]",
            "overlaps 09:00-12:00",
        ),
        (
            "calendars: {c: {hours: {mon: ['22:00-02:00', '23:00-24:00']}}}",
            "calendars.c.hours.mon[1]",
            "overlaps 22:00-02:00",
        ),
        ("calendars: {c: {hours: {monday: '09:00-12:00'}}}", "calendars.c.hours.monday", "'monday' is not a day"),
        ("calendars: {c: {holidays: US-XX}}", "calendars.c.holidays", "US has no such subdivision"),
        ("calendars: {c: {holidays: Atlantis}}", "calendars.c.holidays", "no holidays are known"),
        ("calendars: {c: {closed: [2026-02-30]}}", "calendars.c.closed[0]", "no day of the calendar"),
        ("calendars: {bad slug: {}}", "calendars.bad slug", "not a slug"),
        ("reps: [laura]", "reps", "must be a mapping"),
        ("reps: {laura: {seniority: 6}}", "reps.laura.seniority", "it goes from 1 to 5"),
        ("reps: {laura: {seniority: high}}", "reps.laura.seniority", "not a whole number"),
        ("reps: {laura: {skills: {german: 4}}}", "reps.laura.skills.german", "it goes from 1 to 3"),
        ("reps: {laura: {caps: {daily: 4}}}", "reps.laura.caps.daily", "use open, hour, day, week or month"),
        ("reps: {laura: {caps: {day: -1}}}", "reps.laura.caps.day", "out of bounds"),
        ("reps: {laura: {accepting: maybe}}", "reps.laura.accepting", "not true or false"),
        ("reps: {laura: {email: laura}}", "reps.laura.email", "not an e-mail address"),
        ("reps: {laura: {time_off: [{from: 2026-01-05}]}}", "reps.laura.time_off[0].to", "is missing"),
        (
            "reps: {laura: {time_off: [{from: 2026-01-05, to: 2026-01-05}]}}",
            "reps.laura.time_off[0].to",
            "must be after its start",
        ),
        (
            "reps: {laura: {time_off: [{from: '2026-01-05T00:00Z', to: 2026-01-06}]}}",
            "reps.laura.time_off[0].from",
            "without a zone",
        ),
        ("teams: {t: {members: {laura: {weight: 1001}}}}", "teams.t.members.laura.weight", "it goes from 0 to 1000"),
        ("teams: {t: {members: {laura: {weight: 0.5}}}}", "teams.t.members.laura.weight", "not a whole number"),
        ("teams: {t: {members: [laura, laura]}}", "teams.t.members[1]", "a second time"),
        (
            "teams: {t: {make_up: {reasons: [ill]}}}",
            "teams.t.make_up.reasons[0]",
            "'ill' is not known here; use capped, paused",
        ),
        ("territories: {t: {where: []}}", "territories.t.where", "must not be empty"),
        (
            "territories: {t: {where: [{field: territory, op: is, value: t}]}}",
            "territories.t.where[0].field",
            "cannot be read here",
        ),
        ("territories: {t: {from: 2026-02-01, to: 2026-01-01}}", "territories.t.to", "must be after its start"),
        (
            "qualification: {scores: [{name: A, points: 1, when: {all: [{field: band, op: is, value: hot}]}}]}",
            "qualification.scores[0].when.all[0].field",
            "cannot be read here",
        ),
        (
            "qualification: {scores: [{name: A, when: {all: [{field: city, op: is_set}]}}]}",
            "qualification.scores[0].points",
            "is missing",
        ),
        ("sla: {g: {steps: [{after: 5, do: remind}]}}", "sla.g.steps[0].after", "write 90s, 3m, 2h or 1d"),
        ("sla: {g: {steps: [{after: 5m, do: shout}]}}", "sla.g.steps[0].do", "'shout' is not known"),
        ("sla: {g: {clock: wall, steps: [{after: 5m, do: remind}]}}", "sla.g.clock", "use always, team or owner"),
        ("rules: [{name: A, to: t, delivery: asign}]", "rules[0].delivery", "did you mean 'assign'?"),
        ("rules: [{name: A, to: t, order: robin}]", "rules[0].order", "use round_robin"),
        ("rules: [{name: A, to: {team: t, rep: laura}}]", "rules[0].to", "exactly one"),
        ("rules: [{name: A, to: {territory: false}}]", "rules[0].to.territory", "can only be true"),
        ("rules: [{name: A}]", "rules[0].to", "is missing"),
        ("rules: [{to: t}]", "rules[0].name", "is missing"),
        ("rules: [{name: A, to: t, when: {field: city, op: is_set}}]", "rules[0].when", "put it into a group"),
        ("rules: [{name: A, to: t, when: {all: [], any: []}}]", "rules[0].when", "exactly one of all, any and none"),
        ("rules: [{name: A, to: t, when: {all: []}}]", "rules[0].when.all", "must not be empty"),
        ("rules: [{name: A, to: t, when: {all: [{op: is, value: x}]}}]", "rules[0].when.all[0].field", "is missing"),
        (
            "rules: [{name: A, to: t, when: {all: [{field: city, op: is, vaule: x}]}}]",
            "rules[0].when.all[0].vaule",
            "did you mean 'value'?",
        ),
        (
            "rules: [{name: A, to: t, requires: {seniority: {at_least: 4, at_most: 2}}}]",
            "rules[0].requires.seniority",
            "nobody is at least 4",
        ),
        (
            "rules: [{name: A, to: t, requires: {skills_from: [budget]}}]",
            "rules[0].requires.skills_from[0]",
            "holds no text",
        ),
        ("rules: [{name: A, to: t, when_nobody: next}]", "rules[0].when_nobody", "did you mean 'next_rule'?"),
        ("returning: {match: [fax]}", "returning.match[0]", "use email, phone or company"),
    ],
)
def test_a_mistake_is_named_with_its_place(text, where, words):
    told = [line for line in said(text) if line.startswith(f"{where}: ")]
    assert told, said(text)
    assert any(words in line for line in told), told


def test_the_place_of_an_unknown_operator_is_the_one_the_format_promises():
    text = TEAM + (
        "rules:\n"
        + "".join(
            f"  - {{name: R{number}, to: inside, when: {{all: [{{field: city, op: is, value: x{number}}}]}}}}\n"
            for number in range(3)
        )
        + "  - {name: Bad, to: inside, when: {all: [{field: city, op: is_set}, {field: city, op: is_like, value: x}]}}\n"
    )
    [line] = said(text)
    assert line.startswith("rules[3].when.all[1].op: 'is_like' is not an operator; ")


def test_groups_nest_to_four_levels_and_no_further():
    def nested(levels: int) -> str:
        group = "{field: city, op: is_set}"
        for _ in range(levels):
            group = f"{{any: [{group}]}}"
        return f"rules: [{{name: A, to: inside, when: {group}}}]"

    assert said(nested(4)) == []
    assert said(nested(5)) == ["rules[0].when.any[0].any[0].any[0].any[0]: groups are nested deeper than 4 levels"]


def test_a_territorys_list_is_the_first_of_the_four_levels():
    def nested(levels: int) -> str:
        group = "{field: city, op: is_set}"
        for _ in range(levels):
            group = f"{{any: [{group}]}}"
        return f"territories: {{t: {{where: [{group}]}}}}"

    assert said(nested(3)) == []
    assert len(said(nested(4))) == 1


def test_all_mistakes_are_told_at_once_those_of_reference_too():
    document, findings = load("reps: {laura: {seniority: 9}}\n" + "teams: {inside: {members: [omar]}}\n" + CATCH_ALL)
    assert document is None
    assert [finding.place for finding in findings] == ["reps.laura.seniority", "teams.inside.members.omar"]


def test_a_section_that_cannot_be_read_is_not_blamed_on_those_who_name_it():
    findings = load("reps: [laura]\nteams: {inside: {members: [laura]}}\n" + CATCH_ALL)[1]
    assert [finding.place for finding in findings] == ["reps"]


def test_a_rule_whose_conditions_are_refused_does_not_become_a_catch_all():
    document, findings = load(TEAM + "rules: [{name: A, to: inside, when: {all: [{field: nope, op: is_set}]}}]")
    assert document is None
    assert [finding.place for finding in findings] == ["rules[0].when.all[0].field", "rules[0]"]


def test_a_rules_slug_is_made_from_its_name_and_steps_aside_for_another():
    rules = partial(
        "rules: [{name: Größe & Co, to: t}, {name: Big, to: t}, {name: BIG!, to: t}, {slug: big-2, to: t}, {name: 日本, to: t}]"
    )["rules"]
    assert [rule["slug"] for rule in rules] == ["groe-co", "big", "big-3", "big-2", "rule"]
    assert rules[3]["name"] == "big-2"


def test_an_offer_that_does_not_say_how_long_is_open_for_ten_minutes():
    rules = partial("rules: [{name: A, to: t, delivery: offer}, {name: B, to: t}]")["rules"]
    assert [rule["offer_minutes"] for rule in rules] == [10, None]


def test_skills_are_called_by_one_name_however_they_are_written():
    assert partial("reps: {laura: {skills: {Health  Care: 2}}}")["reps"]["laura"]["skills"] == {"health-care": 2}


def test_a_member_list_is_short_for_weights_of_one():
    assert partial("teams: {t: {members: [laura, daniel]}}") == partial("teams: {t: {members: {laura: {}, daniel: }}}")


def test_returning_can_be_switched_off():
    assert partial("returning: off")["returning"] is None


def test_anchors_and_aliases_are_read():
    twice = partial("reps: {laura: &usual {caps: {day: 5}}, daniel: *usual}")["reps"]
    assert twice["daniel"] == twice["laura"] == {"caps": {"day": 5}}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("- a\n- b", "must be a mapping"),
        ("just words", "must be a mapping"),
        ("name: a: b", "line 1, column 8: this is not YAML"),
        (
            "reps:\n\tlaura: {}",
            "line 2, column 1: this is not YAML: found character that cannot start any token (YAML is indented with spaces",
        ),
        ("name: a\n---\nname: b", "line 2: the file holds a second document"),
        ("name: a\nname: b", "name: is written twice (line 2)"),
        ("name: !!python/object:os.system x", "line 1: the tag"),
        ("name: *nobody", "line 1: the alias *nobody"),
        ("reps: &self {laura: *self}", "line 1: the alias *self"),
        ('name: "\\0"', "a character that cannot be stored"),
        ("name: \x07", "control character"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not text in UTF-8 (byte 0"),
        ("[" * 5000, "nested deeper than"),
        ("a: " * 5000, "this is not YAML"),
        (
            "a: &a [1,1,1,1,1,1,1,1,1,1]\n"
            + "".join(
                f"{this}: &{this} [{','.join(['*' + that] * 10)}]\n"
                for that, this in zip("abcdefgh", "bcdefghi", strict=True)
            ),
            "through its aliases",
        ),
        (b"x" * 10_000_001, "larger than 10 MB"),
    ],
    ids=[
        "empty",
        "a list",
        "a text",
        "syntax",
        "tab",
        "two documents",
        "key twice",
        "tag",
        "alias of nothing",
        "alias of itself",
        "null character",
        "bell",
        "a picture",
        "deep",
        "colons",
        "bomb",
        "too large",
    ],
)
def test_what_is_no_plan_at_all_is_refused_in_plain_words(text, words):
    assert any(words in line for line in said(text)), said(text)


@pytest.mark.parametrize(
    "encoded", ["name: Grün".encode(), b"\xef\xbb\xbf" + "name: Grün".encode(), "name: Grün".encode("utf-16")]
)
def test_a_byte_order_mark_is_no_part_of_the_file(encoded):
    assert partial(encoded) == {"name": "Grün"}


def test_the_sample_of_the_format_reads_without_a_word():
    document = partial(SAMPLE.read_text())
    assert document["reps"]["laura"]["time_off"] == [{"from": "2026-01-05T00:00:00", "to": "2026-01-10T00:00:00"}]
    assert document["calendars"]["chicago"]["hours"]["sun"] == [["22:00", "06:00"]]
    assert document["sla"]["golden"]["steps"][0] == {"after": 180, "do": "remind"}
    assert document["rules"][0]["when"]["all"][1]["any"][1] == {
        "field": "product",
        "op": "in",
        "value": ["ehr", "billing"],
    }
    assert document["rules"][1] == {
        "slug": "everything-else",
        "name": "Everything else",
        "when": None,
        "to": {"team": "general"},
        "delivery": "assign",
        "order": "round_robin",
        "requires": {
            "on_shift": False,
            "skills": {},
            "skills_from": [],
            "seniority": {"at_least": None, "at_most": None},
        },
        "offer_minutes": None,
        "hide_contact": False,
        "when_nobody": "wait",
        "sla": None,
    }
