"""The registry of fields: kinds, operators, and values as people write them."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.engine.fields import (
    FIELDS,
    OPERATORS,
    OPERATORS_OF,
    BadCondition,
    Kind,
    kind_of,
    parse_instant,
    parse_number,
    read_postcode_range,
    read_value,
    write_number,
)


def why_not(field: str, op: str, raw: object = None) -> tuple[str, str]:
    with pytest.raises(BadCondition) as refused:
        read_value(field, op, raw)
    return refused.value.part, refused.value.message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1500", 1500),
        (" 12 ", 12),
        ("-1.5", Fraction(-3, 2)),
        ("1e3", 1000),
        ("1E-3", Fraction(1, 1000)),
        ("+7", 7),
        ("007", 7),
        ("0.1", Fraction(1, 10)),
        ("", None),
        ("1_000", None),
        ("1,000", None),
        ("nan", None),
        ("inf", None),
        ("٣", None),
        ("0x1", None),
        ("1/2", None),
        ("1e999999999", None),
        ("9" * 5000, None),
        ("1 2", None),
        (None, None),
        (True, None),
        (5, 5),
    ],
)
def test_a_number_is_plain_digits_and_exact(text, number):
    assert parse_number(text) == number


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_a_number_survives_being_written(decimal):
    number = parse_number(str(decimal))
    assert number == Fraction(decimal)
    assert parse_number(write_number(number)) == number


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-05", datetime(2026, 1, 5, tzinfo=UTC)),
        ("2026-01-05 15:00", datetime(2026, 1, 5, 15, tzinfo=UTC)),
        ("2026-01-05T15:00:00Z", datetime(2026, 1, 5, 15, tzinfo=UTC)),
        ("2026-01-05T15:00:00.25+02:00", datetime(2026, 1, 5, 13, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-02-30", None),
        ("2026-01-05T25:00", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("05/01/2026", None),
        ("", None),
    ],
)
def test_a_moment_without_a_zone_is_utc(text, moment):
    assert parse_instant(text) == moment


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("company_size", Kind.NUMBER),
        ("captured_at", Kind.DATETIME),
        ("free_mail", Kind.YES_NO),
        ("postcode", Kind.POSTCODE),
        ("industry", Kind.TEXT),
        ("attributes.plan", Kind.ATTRIBUTE),
        ("attributes.", None),
        ("attributes.  ", None),
        ("attributes", None),
        ("size", None),
    ],
)
def test_every_field_has_a_kind_and_nothing_else_does(field, kind):
    assert kind_of(field) is kind


@pytest.mark.parametrize("field", [*FIELDS, "attributes.plan"])
@pytest.mark.parametrize("op", OPERATORS)
def test_an_operator_is_taken_exactly_where_it_fits(field, op):
    if op not in OPERATORS_OF[kind_of(field)]:
        part, message = why_not(field, op, "1")
        assert part == "op"
        assert f"'{op}' does not fit {field}" in message
        return
    good = {Kind.DATETIME: "2026-01-05", Kind.YES_NO: "yes"}.get(kind_of(field), "5")
    raw = {
        "between": [good, good],
        "within_hours": "chicago",
        "outside_hours": "chicago",
        "is_set": None,
        "is_not_set": None,
    }.get(op, good)
    raw = [good] if op in ("in", "not_in", "in_ranges") else raw
    value = read_value(field, op, raw)
    assert read_value(field, op, value) == value, "reading the canonical value changes it"


@pytest.mark.parametrize(
    ("field", "op", "raw", "value"),
    [
        ("company_size", "at_least", "1e3", 1000),
        ("budget", "is", "1.50", "1.5"),
        ("budget", "between", ["0.5", "10"], ["0.5", 10]),
        ("attributes.seats", "more_than", "10", 10),
        ("attributes.seats", "is", "010", "010"),
        ("postcode", "is", "02134", "02134"),
        ("country", "in", ["NO", " SE "], ["NO", "SE"]),
        ("free_mail", "is", "False", "no"),
        ("free_mail", "is", True, "yes"),
        ("captured_at", "at_least", "2026-01-05", "2026-01-05T00:00:00Z"),
        (
            "captured_at",
            "between",
            ["2026-01-05", "2026-01-05T12:00+01:00"],
            ["2026-01-05T00:00:00Z", "2026-01-05T11:00:00Z"],
        ),
    ],
)
def test_values_become_what_their_field_holds(field, op, raw, value):
    assert read_value(field, op, raw) == value


@pytest.mark.parametrize(
    ("field", "op", "raw", "part", "words"),
    [
        ("industry", "is_like", "x", "op", "'is_like' is not an operator; for industry use is, is_not, in"),
        ("indutry", "is", "x", "field", "'indutry' is not a field; did you mean 'industry'?"),
        ("company_size", "at_least", "many", "value", "'many' is not a number"),
        ("company_size", "at_least", None, "value", "a value is missing: at_least wants a number"),
        ("budget", "between", ["10", "1"], "value", "lower end first: [1, 10]"),
        ("budget", "between", ["10"], "value", "two numbers"),
        ("captured_at", "is", "tomorrow", "value", "not a date"),
        ("free_mail", "is", "perhaps", "value", "not yes or no"),
        ("city", "is_set", "x", "value", "takes no value"),
        ("city", "in", "Berlin", "value", "wants a list"),
        ("city", "in", [], "value", "at least one value"),
        ("city", "in", ["Berlin", ""], "value", "blank"),
        ("city", "is", "  ", "value", "blank"),
        ("city", "is", ["Berlin"], "value", "not a list"),
        ("city", "is", "x" * 1001, "value", "1000 characters"),
        ("captured_at", "within_hours", "no slug!", "value", "calendar's slug"),
    ],
)
def test_a_bad_condition_says_what_is_wrong_and_where(field, op, raw, part, words):
    told_part, message = why_not(field, op, raw)
    assert told_part == part
    assert words in message


@pytest.mark.parametrize(
    ("entry", "ends"),
    [
        ("75000-75399", ("75000", "75399")),
        ("752*", ("752*", "")),
        ("sw1a 1aa", ("SW1A1AA", "SW1A1AA")),
        ("100 00 - 199 99", ("10000", "19999")),
    ],
)
def test_postcodes_are_single_a_prefix_or_a_range(entry, ends):
    assert read_postcode_range(entry) == ends


@pytest.mark.parametrize("entry", ["00-950", "7*2", "*", "-", "75399-75000", "01310-100 - 01319-999", "75000-"])
def test_a_postcode_range_that_makes_no_sense_is_refused(entry):
    with pytest.raises(BadCondition):
        read_postcode_range(entry)


def test_a_single_code_with_a_hyphen_is_shown_without_it():
    assert "00950" in why_not("postcode", "in_ranges", ["00-950"])[1]
