"""The index names exactly the rules that a look at each would find, and conditions hold as a plain reading says."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.engine.conditions import compile_when
from routing.engine.facts import Facts
from routing.engine.fields import read_value
from routing.engine.index import Index

from .small_plan import MONDAY, Desk, document, office, rule

DESK = Desk(document(calendars={"chicago": office()}))

TEXTS = ["US", "us ", "DE", " de", "NO", "Straße", "STRASSE", "new  york", "New York", "", " ", "york", "n"]
NUMBERS = ["", "0", "10", " 10 ", "10.0", "10.5", "-3", "499", "500", "1000", "n/a", "ten", "1e3"]
CODES = ["", "75201", "75201-1234", "75399", "75400", "752", "SW1A 1AA", "sw1a1aa", "02134", " - "]
TEXT_FIELDS = ["country", "industry", "attributes.tier", "band"]
NUMBER_FIELDS = ["company_size", "budget", "attributes.tier"]
MOMENTS = ["2026-01-05", "2026-01-05T15:00:00Z", "2026-01-05T15:00:01Z", "2026-01-06"]

WANTED_TEXT = st.sampled_from([text for text in TEXTS if text.strip()])
WANTED_NUMBER = st.sampled_from([0, 10, "10.5", -3, 499, 500, 1000])


def condition(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op, "value": read_value(field, op, value)}


def pair(values: list[Any]) -> list[Any]:
    return sorted(values, key=lambda value: Decimal(str(value)))


CONDITIONS = st.one_of(
    st.builds(condition, st.sampled_from(TEXT_FIELDS), st.sampled_from(["is", "is_not"]), WANTED_TEXT),
    st.builds(
        condition,
        st.sampled_from(TEXT_FIELDS),
        st.sampled_from(["in", "not_in"]),
        st.lists(WANTED_TEXT, min_size=1, max_size=4),
    ),
    st.builds(
        condition,
        st.sampled_from(TEXT_FIELDS),
        st.sampled_from(["contains", "not_contains", "starts_with", "ends_with"]),
        WANTED_TEXT,
    ),
    st.builds(condition, st.sampled_from(["company_size", "budget"]), st.sampled_from(["is", "is_not"]), WANTED_NUMBER),
    st.builds(
        condition,
        st.sampled_from(NUMBER_FIELDS),
        st.sampled_from(["at_least", "at_most", "more_than", "less_than"]),
        WANTED_NUMBER,
    ),
    st.builds(
        condition,
        st.sampled_from(NUMBER_FIELDS),
        st.just("between"),
        st.lists(WANTED_NUMBER, min_size=2, max_size=2).map(pair),
    ),
    st.builds(
        condition,
        st.just("postcode"),
        st.just("in_ranges"),
        st.lists(st.sampled_from(["75000-75399", "752*", "SW1*", "SW1A1AA", "02134"]), min_size=1, max_size=3),
    ),
    st.builds(
        condition, st.just("postcode"), st.sampled_from(["is", "is_not"]), st.sampled_from(["75201", "sw1a  1aa"])
    ),
    st.builds(
        condition,
        st.just("captured_at"),
        st.sampled_from(["is", "is_not", "at_least", "at_most", "more_than", "less_than"]),
        st.sampled_from(MOMENTS),
    ),
    st.builds(
        condition, st.just("captured_at"), st.sampled_from(["within_hours", "outside_hours"]), st.just("chicago")
    ),
    st.builds(condition, st.just("free_mail"), st.sampled_from(["is", "is_not"]), st.sampled_from(["yes", "no"])),
    st.builds(
        condition,
        st.sampled_from([*TEXT_FIELDS, *NUMBER_FIELDS, "postcode", "free_mail", "email"]),
        st.sampled_from(["is_set", "is_not_set"]),
    ),
)
# Conditions that the index can find by a value, and often does.
SHARP = st.one_of(
    st.builds(condition, st.sampled_from(["country", "industry", "attributes.tier"]), st.just("is"), WANTED_TEXT),
    st.builds(condition, st.sampled_from(["country", "industry"]), st.just("in"), st.lists(WANTED_TEXT, min_size=1)),
    st.builds(condition, st.sampled_from(["company_size", "budget"]), st.just("is"), WANTED_NUMBER),
)


def groups_of(conditions: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    nodes = st.recursive(
        conditions,
        lambda inner: st.builds(
            lambda kind, members: {kind: members},
            st.sampled_from(["all", "any", "none"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        max_leaves=6,
    )
    return nodes.map(lambda node: node if "field" not in node else {"all": [node]})


WHENS = st.one_of(st.none(), groups_of(CONDITIONS), groups_of(SHARP), groups_of(st.one_of(SHARP, CONDITIONS)))

LEADS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(TEXTS),
        "industry": st.sampled_from(TEXTS),
        "attributes.tier": st.sampled_from(TEXTS + NUMBERS),
        "company_size": st.sampled_from(NUMBERS),
        "budget": st.sampled_from(NUMBERS),
        "postcode": st.sampled_from(CODES),
        "email": st.sampled_from(["a@b.example", "a@gmail.com", "none", " "]),
    },
)
TIMES = st.sampled_from(
    [MONDAY, MONDAY + timedelta(seconds=1), MONDAY - timedelta(seconds=1), MONDAY + timedelta(days=1)]
)


def lead(values: dict[str, str], at: datetime) -> Facts:
    facts = DESK.facts(at=at, **values)  # type: ignore[arg-type]
    facts["band"] = "us"
    return facts


def text_of(value: str) -> str:
    return " ".join(value.split()).casefold()


def number_of(value: Any) -> Decimal | None:
    try:
        number = Decimal(str(value).strip())
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def instant_of(value: str) -> datetime:
    found = datetime.fromisoformat(value.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=MONDAY.tzinfo)


def plainly(node: dict[str, Any], values: dict[str, str], at: datetime) -> bool:
    """A second reading of the operators, one after the other, written without a look at the first."""
    for kind, together in (("all", all), ("any", any)):
        if kind in node:
            return together(plainly(member, values, at) for member in node[kind])
    if "none" in node:
        return not any(plainly(member, values, at) for member in node["none"])
    field, op, want = node["field"], node["op"], node["value"]
    if field == "captured_at":
        if op.endswith("_hours"):
            local = at.hour - 6, at.weekday()
            is_open = 9 <= local[0] < 17 and local[1] < 5
            return is_open is (op == "within_hours")
        have: Any = at
        wanted: Any = instant_of(want)
    elif field == "free_mail":
        domain = values.get("email", "").strip().rpartition("@")[2] if "@" in values.get("email", "") else None
        have = None if domain is None else "yes" if domain == "gmail.com" else "no"
        wanted = want
    else:
        have = "us" if field == "band" else values.get(field, "")
        have = have if have.strip() else None
        if field in ("company_size", "budget"):
            have = number_of(have) if have is not None else None
        wanted = want
    if op in ("is_set", "is_not_set"):
        return (have is not None) is (op == "is_set")
    if have is None:
        return op in ("is_not", "not_in", "not_contains")
    if op == "in_ranges":
        code = "".join(char for char in have if char not in " -").upper()
        code = (
            code[:5] if len(code) == 9 and code.isdigit() and text_of(values.get("country", "")) in ("", "us") else code
        )
        return any(
            code.startswith(entry[:-1]) and code != ""
            if entry.endswith("*")
            else len(code) == len(entry.split("-")[0]) and entry.split("-")[0] <= code <= entry.split("-")[-1]
            for entry in want
        )
    if field in ("company_size", "budget") or op in ("at_least", "at_most", "more_than", "less_than", "between"):
        if field != "captured_at":
            have = number_of(have)
            wanted = [number_of(one) for one in want] if isinstance(want, list) else number_of(want)
        if have is None:
            return False
        if op == "between":
            return wanted[0] <= have <= wanted[1]
        answers = {
            "at_least": have >= wanted,
            "at_most": have <= wanted,
            "more_than": have > wanted,
            "less_than": have < wanted,
        }
        answers |= {"is": have == wanted, "is_not": have != wanted}
        return answers[op]
    if field == "captured_at":
        return (have == wanted) is (op == "is")
    have = text_of(have)
    if op in ("in", "not_in"):
        return (have in [text_of(one) for one in want]) is (op == "in")
    wanted = text_of(wanted)
    return {
        "is": have == wanted,
        "is_not": have != wanted,
        "contains": wanted in have,
        "not_contains": wanted not in have,
        "starts_with": have.startswith(wanted),
        "ends_with": have.endswith(wanted),
    }[op]


@settings(max_examples=200, deadline=None)
@given(st.lists(WHENS, max_size=12), st.lists(st.tuples(LEADS, TIMES), min_size=1, max_size=4))
def test_the_index_names_exactly_the_rules_a_look_at_each_finds(
    whens: list[dict[str, Any] | None], leads: list[tuple[dict[str, str], datetime]]
) -> None:
    groups = [compile_when(when) for when in whens]
    index = Index(groups)
    for values, at in leads:
        facts = lead(values, at)
        expected = [number for number, when in enumerate(whens) if when is None or plainly(when, values, at)]
        each = [number for number, group in enumerate(groups) if group is None or group.holds(facts)]
        assert each == expected, "the conditions hold as a plain reading says"
        named = index.candidates(facts)
        assert named == sorted(set(named)), "in order, each once"
        kept = [number for number in named if (group := groups[number]) is None or group.holds(facts)]
        assert kept == expected, "and the index leaves none of them out"


def test_many_rules_over_one_number_are_found_in_pieces_or_asked_each_time_but_never_missed() -> None:
    for step in (1, 7):
        whens: list[dict[str, Any]] = [
            {"all": [condition("company_size", "between", [number, number + step * 40])]}
            for number in range(0, 300, step)
        ]
        whens += [{"all": [condition("company_size", "at_least", number)]} for number in range(0, 300, 2)]
        groups = [compile_when(when) for when in whens]
        index = Index(groups)
        for size in ("0", "1", "150", "150.5", "299", "1000", "-1", ""):
            facts = lead({"company_size": size}, MONDAY)
            found = [number for number in index.candidates(facts) if groups[number].holds(facts)]  # type: ignore[union-attr]
            assert found == [number for number, group in enumerate(groups) if group.holds(facts)]  # type: ignore[union-attr]


def test_a_rule_found_by_one_value_is_not_asked_for_another() -> None:
    index = Index([compile_when({"all": [condition("industry", "is", name)]}) for name in ("a", "b", "c")])
    assert index.candidates(lead({"industry": " B "}, MONDAY)) == [1]
    assert Desk(document(rules=[rule()])).plan.index.candidates(lead({}, MONDAY)) == [0]
