"""Every operator, over values that are set, unset, blank and messy."""

from __future__ import annotations

from typing import Any

import pytest

from routing.engine.conditions import compile_node

from .small_plan import Desk, document, office

DESK = Desk(document(calendars={"chicago": office()}))


def holds(node: dict[str, Any], values: dict[str, object]) -> bool:
    facts = DESK.facts(**values)  # type: ignore[arg-type]
    compiled = compile_node(node)
    answer = compiled.holds(facts)
    if "field" in node:
        assert (compiled.against(facts) is None) is answer, "the reason against agrees with the answer"  # type: ignore[union-attr]
    return answer


TEXT = [
    ("is", "healthcare", {"healthcare": True, "  HealthCare ": True, "health care": False, None: False, "  ": False}),
    ("is", "Public Sector", {"public  sector": True, " PUBLIC\tSECTOR ": True, "publicsector": False}),
    ("is", "STRASSE", {"Straße": True, "strasse": True, "strase": False}),
    ("is_not", "healthcare", {"retail": True, "Healthcare": False, None: True, "": True}),
    ("in", ["ehr", "Billing "], {"EHR": True, "billing": True, "crm": False, None: False, " ": False}),
    ("not_in", ["ehr", "billing"], {"crm": True, "EHR": False, None: True, " ": True}),
    ("contains", "student", {"PhD  Student": True, "Studentin": True, "stud ent": False, None: False, "": False}),
    ("contains", "head of", {"Head  of Sales": True, "headof": False}),
    ("not_contains", "student", {"CEO": True, "STUDENT": False, None: True, " ": True}),
    ("starts_with", "head of", {" HEAD  OF sales": True, "ahead of": False, None: False}),
    ("ends_with", "sales", {"Head of Sales  ": True, "sales rep": False, None: False}),
    ("is_set", None, {"x": True, "0": True, None: False, " ": False}),
    ("is_not_set", None, {"x": False, None: True, " \t": True}),
]


@pytest.mark.parametrize("field", ["industry", "attributes.segment", "postcode"])
@pytest.mark.parametrize(("op", "value", "answers"), TEXT, ids=[f"{op}-{value}" for op, value, _ in TEXT])
def test_text_is_compared_after_trimming_collapsing_and_case_folding(
    field: str, op: str, value: Any, answers: dict[str | None, bool]
) -> None:
    for lead_value, expected in answers.items():
        given = {} if lead_value is None else {field: lead_value}
        assert holds({"field": field, "op": op, "value": value}, given) is expected, (op, value, lead_value)


NUMBERS = [
    (
        "is",
        500,
        {"500": True, " 500 ": True, "500.0": True, "+500": True, "5e2": True, "501": False, None: False, "n/a": False},
    ),
    ("is", "99.5", {"99.5": True, "99.50": True, "99": False}),
    ("is_not", 500, {"501": True, "500.0": False, None: True, "n/a": True}),
    ("at_least", 500, {"500": True, "499.999": False, "501": True, "": False, "many": False, "nan": False}),
    ("at_most", 500, {"500": True, "500.001": False, "-3": True, None: False, "inf": False}),
    ("more_than", 500, {"500": False, "500.0001": True, None: False}),
    ("less_than", 500, {"500": False, "499.9999": True, None: False, "12 people": False}),
    ("between", [10, 50], {"10": True, "50": True, "9.99": False, "50.01": False, "30": True, None: False, "x": False}),
]


@pytest.mark.parametrize("field", ["company_size", "budget", "engagement"])
@pytest.mark.parametrize(("op", "value", "answers"), NUMBERS, ids=[f"{op}-{value}" for op, value, _ in NUMBERS])
def test_numbers_are_compared_exactly_and_what_is_no_number_is_unset(
    field: str, op: str, value: Any, answers: dict[str | None, bool]
) -> None:
    for lead_value, expected in answers.items():
        given = {} if lead_value is None else {field: lead_value}
        assert holds({"field": field, "op": op, "value": value}, given) is expected, (op, value, lead_value)


@pytest.mark.parametrize("value", ["n/a", "12 people", "1,000", "1_000", "٣", "", "0x10", "1e999999"])
def test_a_number_field_that_holds_no_number_is_not_set(value: str) -> None:
    assert holds({"field": "company_size", "op": "is_not_set"}, {"company_size": value})
    assert not holds({"field": "company_size", "op": "is_set"}, {"company_size": value})


@pytest.mark.parametrize(
    ("op", "value", "answers"),
    [
        ("at_least", 10, {"10": True, "9": False, " 10.5 ": True, "ten": False, None: False}),
        ("at_most", 10, {"10": True, "9": True, "100": False, "ten": False}),
        ("more_than", "9.5", {"10": True, "9.5": False, "ten": False}),
        ("less_than", 10, {"9": True, "100": False, "gold": False, None: False}),
        ("between", [-5, 5], {"-5": True, "5": True, "5.01": False, "gold": False}),
        ("is", "10", {"10": True, "10.0": False, "ten": False}),  # as text: what a source sends is text
        ("is_not", "10", {"10.0": True, "10": False, None: True}),
        ("is_set", None, {"ten": True, " ": False}),
    ],
)
def test_number_operators_read_an_attribute_as_a_number_and_do_not_match_where_it_is_none(
    op: str, value: Any, answers: dict[str | None, bool]
) -> None:
    for lead_value, expected in answers.items():
        given = {} if lead_value is None else {"attributes.plan": lead_value}
        assert holds({"field": "attributes.plan", "op": op, "value": value}, given) is expected, (op, value, lead_value)


POSTCODES = [
    (["75000-75399"], {"75000": True, "75399": True, "75400": False, "74999": False, "7520": False, "752011": False}),
    (["75000-75399"], {"75201-1234": True, "75201 1234": True, "752011234": True, "75400-0000": False}),
    (["752*"], {"75201": True, "752": True, "75 2 99": True, "75300": False, "75201-1234": True}),
    (["75201123*"], {"75201-1234": False}),  # of a ZIP+4 only five digits count
    (["02134"], {"02134": True, "2134": False, "02134-0001": True, "0213": False}),
    (["SW1A 1AA"], {"sw1a1aa": True, "SW1A-1AA": True, "SW1A 2AA": False}),
    (["SW1*"], {"sw1a 1aa": True, "EC1A 1BB": False}),
    (["K1A0A0-K1A0Z9"], {"K1A 0B1": True, "k1a-0b1": True, "K1B 0B1": False, "K1A": False}),
    (["01067-01069", "60601"], {"01067": True, "01069": True, "60601": True, "01070": False}),
    (["75000-75399"], {None: False, "": False, " - ": False}),
]


@pytest.mark.parametrize(("entries", "answers"), POSTCODES)
def test_postcodes_are_in_ranges_of_their_own_length_prefixes_or_themselves(
    entries: list[str], answers: dict[str | None, bool]
) -> None:
    for code, expected in answers.items():
        given = {} if code is None else {"postcode": code}
        assert holds({"field": "postcode", "op": "in_ranges", "value": entries}, given) is expected, (entries, code)


def test_nine_digits_of_another_country_are_no_zip_plus_four() -> None:
    within = {"field": "postcode", "op": "in_ranges", "value": ["75201"]}
    assert holds(within, {"postcode": "752011234", "country": "us"})
    assert not holds(within, {"postcode": "752011234", "country": "IR"})


@pytest.mark.parametrize(
    ("op", "value", "holding"),
    [
        ("is", "2026-01-05T15:00:00Z", True),
        ("is", "2026-01-05T09:00:00-06:00", True),
        ("is_not", "2026-01-05T15:00:00Z", False),
        ("at_least", "2026-01-05T15:00:00Z", True),
        ("at_least", "2026-01-05T15:00:01Z", False),
        ("at_most", "2026-01-05", False),
        ("more_than", "2026-01-05", True),
        ("less_than", "2026-01-06", True),
        ("between", ["2026-01-05T15:00:00", "2026-01-05T15:00:00"], True),
        ("within_hours", "chicago", True),
        ("outside_hours", "chicago", False),
        ("is_set", None, True),
        ("is_not_set", None, False),
    ],
)
def test_a_capture_on_monday_at_nine_in_chicago(op: str, value: Any, holding: bool) -> None:
    assert holds({"field": "captured_at", "op": op, "value": value}, {}) is holding


@pytest.mark.parametrize(
    ("email", "domain", "free"),
    [
        ("ann@Acme.Example", "acme.example", "no"),
        (" ann@GMAIL.com ", "gmail.com", "yes"),
        ("no at sign", None, None),
        (None, None, None),
        ("ann@", None, None),
    ],
)
def test_the_domain_and_free_mail_are_computed_from_the_address(
    email: str | None, domain: str | None, free: str | None
) -> None:
    facts = DESK.facts(**({} if email is None else {"email": email}))
    assert (facts["email_domain"], facts["free_mail"]) == (domain, free)
    assert holds({"field": "free_mail", "op": "is", "value": "yes"}, {"email": email or ""}) is (free == "yes")
    assert holds({"field": "free_mail", "op": "is_not", "value": "yes"}, {"email": email or ""}) is (free != "yes")


YES = {"field": "industry", "op": "is", "value": "retail"}
NO = {"field": "industry", "op": "is", "value": "healthcare"}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"all": [YES]}, True),
        ({"all": [YES, YES, NO]}, False),
        ({"all": [YES, YES, YES]}, True),
        ({"any": [NO, YES]}, True),
        ({"any": [NO, NO]}, False),
        ({"none": [NO, NO]}, True),
        ({"none": [NO, YES]}, False),
        ({"all": [YES, {"any": [NO, {"none": [NO, {"all": [YES, NO]}]}]}]}, True),
        ({"all": [YES, {"any": [NO, {"none": [NO, {"all": [YES, YES]}]}]}]}, False),
        ({"none": [{"none": [YES]}]}, True),
        ({"any": [{"all": [NO, YES]}, {"any": [{"none": [YES]}]}]}, False),
    ],
)
def test_groups_nest_to_four_levels(node: dict[str, Any], expected: bool) -> None:
    assert holds(node, {"industry": "Retail"}) is expected


@pytest.mark.parametrize(
    ("condition", "values", "words"),
    [
        (
            ("company_size", "at_least", 1000),
            {"company_size": "80"},
            "company size is 80; it should be that it is at least 1000",
        ),
        (("company_size", "at_least", 1000), {}, "company size is not set; it should be that it is at least 1000"),
        (
            ("industry", "in", ["a", "b"]),
            {"industry": "Retail"},
            "industry is Retail; it should be that it is one of a, b",
        ),
        (("email", "is_set", None), {}, "e-mail is not set; it should be that it is set"),
        (("industry", "is", "retail"), {"industry": "Retail"}, None),
    ],
)
def test_a_condition_says_why_it_does_not_hold(
    condition: tuple[str, str, Any], values: dict[str, object], words: str | None
) -> None:
    field, op, value = condition
    compiled = compile_node({"field": field, "op": op, "value": value})
    assert compiled.against(DESK.facts(**values)) == words  # type: ignore[union-attr, arg-type]
