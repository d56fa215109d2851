"""A file laid over what there was: left out is left alone, unless pruned."""

# ruff: noqa: E501 (plans in a test read best a line each)

from routing.plan.document import complete, load, read

BASE = """
name: Acme
calendars: {chicago: {timezone: America/Chicago, closed: [2026-12-24]}}
reps:
  laura: {name: Laura Ortiz, calendar: chicago, seniority: 5, caps: {open: 40}, accepting: false, time_off: [{from: 2026-01-05, to: 2026-01-10}]}
  daniel: {}
teams: {inside: {members: {laura: {weight: 3}, daniel: {}}, counts: {claim: true}}}
territories: {us: {where: [{field: country, op: is, value: US}]}, texas: {parent: us}}
qualification: {scores: [{slug: big, points: 30, when: {all: [{field: company_size, op: at_least, value: 500}]}}], bands: {hot: 80}}
sla: {golden: {steps: [{after: 5m, do: breach}]}}
rules:
  - {slug: first, to: inside, when: {all: [{field: city, op: is, value: Austin}]}, sla: golden}
  - {slug: second, to: inside, when: {all: [{field: city, op: is, value: Dallas}]}}
  - {slug: rest, to: inside}
returning: off
"""


def document(text: str, base: dict | None = None, *, prune: bool = False) -> dict:
    whole, findings = load(text, base, prune=prune)
    assert whole is not None, [str(finding) for finding in findings]
    return whole


def slugs(whole: dict) -> list[str]:
    return [rule["slug"] for rule in whole["rules"]]


def test_what_the_file_leaves_out_is_left_alone():
    before = document(BASE)
    after = document("reps: {laura: {seniority: 4}, emma: {}}\nteams: {inside: {counts: {pick: true}}}", before)
    assert after["reps"]["laura"] == {**before["reps"]["laura"], "seniority": 4}
    assert after["reps"]["daniel"] == before["reps"]["daniel"]
    assert after["reps"]["emma"]["name"] == "emma"
    assert after["teams"]["inside"]["counts"] == {"manual": True, "claim": True, "pick": True, "blind": False}
    assert after["teams"]["inside"]["members"] == before["teams"]["inside"]["members"]
    assert {key: after[key] for key in after if key not in ("reps", "teams")} == {
        key: before[key] for key in before if key not in ("reps", "teams")
    }


def test_twice_is_once():
    first = document(BASE)
    assert document(BASE, first) == first


def test_a_named_member_list_is_the_whole_team():
    after = document("teams: {inside: {members: [daniel]}}", document(BASE))
    assert list(after["teams"]["inside"]["members"]) == ["daniel"]


def test_an_existing_reps_switch_and_time_off_never_change():
    before = document(BASE)
    text = BASE.replace(
        "accepting: false, time_off: [{from: 2026-01-05, to: 2026-01-10}]", "accepting: true, time_off: []"
    )
    for prune in (False, True):
        laura = document(text, before, prune=prune)["reps"]["laura"]
        assert laura["accepting"] is False
        assert laura["time_off"] == [{"from": "2026-01-05T00:00:00", "to": "2026-01-10T00:00:00"}]


def test_named_rules_come_first_then_those_left_out_then_the_catch_all():
    before = document(BASE)
    after = document(
        "rules: [{slug: new, to: inside, when: {all: [{field: city, op: is_set}]}}, {slug: second, to: inside, when: {all: [{field: city, op: is, value: Waco}]}}]",
        before,
    )
    assert slugs(after) == ["new", "second", "first", "rest"]
    assert after["rules"][1]["when"]["all"][0]["value"] == "Waco"
    assert after["rules"][2] == before["rules"][0]


def test_a_rule_is_replaced_as_a_whole():
    after = document(
        "rules: [{slug: first, to: inside, when: {all: [{field: city, op: is, value: Waco}]}}]", document(BASE)
    )
    assert after["rules"][0]["sla"] is None


def test_the_files_catch_all_takes_the_place_of_the_former():
    after = document("rules: [{slug: everybody, to: inside, delivery: claim}]", document(BASE))
    assert slugs(after) == ["first", "second", "everybody"]


def test_bands_and_scores_that_are_left_out_stay():
    after = document("qualification: {bands: {warm: 20}}", document(BASE))
    assert after["qualification"]["bands"] == {"hot": 80, "warm": 20}
    assert [score["slug"] for score in after["qualification"]["scores"]] == ["big"]


def test_pruning_drops_what_the_file_leaves_out():
    small = "reps: {laura: {}}\nteams: {inside: {members: [laura]}}\nrules: [{slug: rest, to: inside}]"
    before = document(BASE)
    after = document(small, before, prune=True)
    assert list(after["reps"]) == ["laura"]
    assert after["reps"]["laura"]["caps"] == {}
    assert after["reps"]["laura"]["accepting"] is False
    assert slugs(after) == ["rest"]
    assert after["calendars"] == after["territories"] == after["sla"] == {}
    assert after["qualification"] is None
    assert after["returning"] == {"match": ["email", "phone", "company"], "days": 90}
    assert after["name"] == "Acme"


def test_neither_the_file_nor_what_was_before_is_changed():
    before = document(BASE)
    partial, _ = read(BASE)
    complete(partial, before)["reps"]["laura"]["caps"]["open"] = 1
    assert before["reps"]["laura"]["caps"] == partial["reps"]["laura"]["caps"] == {"open": 40}
