"""What arrived, in the forms that routing compares."""

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.intake.freemail import FREE_MAIL_DOMAINS, is_free_mail
from routing.intake.normalise import ATTRIBUTES_MOST, TEXT_LONGEST, normalise, person_keys
from routing.intake.normalise.email import read_email
from routing.intake.normalise.moments import NotAMoment, read_moment
from routing.intake.normalise.numbers import NotANumber, read_number
from routing.intake.normalise.phone import read_phone
from routing.intake.normalise.places import read_country, read_region

from .real_data import DATA, needs_data


def test_a_lead_comes_out_in_the_forms_that_rules_compare() -> None:
    lead = normalise(
        {
            "external_id": " 17 ",
            "email": " mailto:Jane.Doe@ACME.example ",
            "phone": "(512) 555-0100",
            "first_name": "Jane\u00a0 ",
            "company": "  Acme   Inc. ",
            "company_size": "1,200",
            "country": "Estados Unidos",
            "region": "Texas",
            "postcode": "2134",
            "budget": "$1,000.50",
            "captured_at": "2026-01-05T10:00:00+01:00",
            "attributes.utm_source": "ads",
            "attributes": {"score card": [1, 2]},
        },
        region=None,
    )
    assert lead.facts == {
        "external_id": "17",
        "email": "Jane.Doe@acme.example",
        "phone": "+15125550100",
        "first_name": "Jane",
        "company": "Acme Inc.",
        "company_size": 1200,
        "country": "US",
        "region": "TX",
        "postcode": "02134",
        "budget": Decimal("1000.5"),
        "captured_at": datetime(2026, 1, 5, 9, tzinfo=UTC),
    }
    assert lead.attributes == {"utm_source": "ads", "score card": "1, 2"}
    assert (lead.keys.email_key, lead.keys.phone_key, lead.keys.company_key) == (
        "jane.doe@acme.example",
        "15125550100",
        "acme inc.",
    )
    assert (lead.keys.email_domain, lead.keys.free_mail) == ("acme.example", False)
    assert not lead.problems


def test_what_cannot_be_read_is_unset_with_its_reason_and_the_rest_goes_on() -> None:
    lead = normalise(
        {
            "email": "not-an-address",
            "phone": "call me",
            "country": "Atlantis",
            "company_size": "51-200",
            "engagement": "101",
            "captured_at": "01/02/2026",
            "first_name": "Jane",
            "emial": "j@a.example",
        }
    )
    assert lead.facts == {"first_name": "Jane"}
    assert set(lead.problems) == {"email", "phone", "country", "company_size", "engagement", "captured_at", "emial"}
    assert lead.unread["company_size"] == "51-200"
    assert "range" in lead.problems["company_size"][0]
    assert "2026-01-02 or 2026-02-01" in lead.problems["captured_at"][0]
    assert "did you mean 'email'" in lead.problems["emial"][0]
    assert not lead.is_identified


def test_computed_fields_cannot_be_brought() -> None:
    lead = normalise({"score": 99, "band": "hot", "free_mail": "no", "email_domain": "x.example", "territory": "us"})
    assert lead.facts == {}
    assert len(lead.notes) == 5


def test_limits_are_said_in_plain_words() -> None:
    lead = normalise(
        {
            "city": "x" * 501,
            "external_id": "y" * 256,
            "attributes": {f"a{number}": "v" for number in range(101)} | {"a0": "z" * 2001},
        }
    )
    assert lead.facts == {"city": "x" * TEXT_LONGEST}
    assert "255 characters" in lead.problems["external_id"][0]
    assert len(lead.attributes) == ATTRIBUTES_MOST
    assert len(lead.attributes["a0"]) == 2000
    assert "more than 100" in lead.problems["attributes"][0]


def test_controls_and_marks_that_turn_text_around_are_removed() -> None:
    lead = normalise({"first_name": "Ja\x00n\x1be\u202e", "attributes.note": "two\nlines\x07"})
    assert lead.facts["first_name"] == "Jane"
    assert lead.attributes["note"] == "two\nlines"


# --- e-mail


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("jane@acme.example", "jane@acme.example"),
        ("Jane Doe <Jane@Acme.Example>", "Jane@acme.example"),
        ("<jane@acme.example>", "jane@acme.example"),
        ("mailto:jane@acme.example?subject=x", "jane@acme.example"),
        ("jane@acme.example;", "jane@acme.example"),
        ("kim@acme.example ::: kim2@acme.example", "kim@acme.example"),
        ("raj@agency.example / 9876501234", "raj@agency.example"),
        ("Dörte@Sörensen.example", "Dörte@sörensen.example"),
        ("n/a", None),
        ("-", None),
    ],
)
def test_addresses_as_people_and_systems_write_them(written: str, address: str | None) -> None:
    assert read_email(written)[:2] == (address, None)


def listed(name: str) -> list[str]:
    lines = (DATA / "reference" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("    ")[0].strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]


@needs_data
def test_the_published_list_of_valid_addresses() -> None:
    """Upstream allows what RFC 5322 allows. Refused here: quoted local parts, comments in brackets, hosts without a
    dot and numbers for a top-level domain, since in a lead's form these are mistakes and cannot be written to."""
    refused = [address for address in listed("email_mailbox_valid.txt") if read_email(address)[0] is None]
    unexplained = [
        address
        for address in refused
        if '"' not in address
        and "(" not in address
        and "." in address.rpartition("@")[2]
        and not address.rpartition(".")[2].isdigit()
    ]
    # A control letter in the name, a number with letters for a top-level domain, a local part that is too long.
    assert unexplained == ["test@123.123.123.x123"] or set(unexplained) <= {"test@123.123.123.x123"}
    assert len(refused) < len(listed("email_mailbox_valid.txt")) / 2


@needs_data
def test_the_published_list_of_invalid_addresses() -> None:
    """Accepted here: addresses with a name before them in angle brackets only; nothing of the list is one."""
    accepted = [address for address in listed("email_mailbox_invalid.txt") if read_email(address)[0] is not None]
    assert accepted == []


@given(st.from_regex(r"[A-Za-z0-9_+.-]{1,70}@[A-Za-z0-9.-]{1,80}\.[a-z]{1,8}", fullmatch=True))
def test_the_short_way_for_plain_addresses_says_what_the_validator_says(address: str) -> None:
    try:
        expected = validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError:
        expected = None
    assert read_email(address)[0] == expected


# --- phone


@needs_data
def test_phones_as_people_type_them() -> None:
    """Where upstream parses anything that is long enough, a number without area code, of impossible length or (in
    North America, where any ten digits would do) of no existing area is kept as it came."""
    differ = {}
    for row in csv.DictReader((DATA / "reference/phone_user_typed_variants.csv").open(encoding="utf-8")):
        read = read_phone(row["input"], row["default_region"])
        if (read.text or "") != row["parsed_e164"]:
            differ[row["input"]] = read.text
        elif row["extension"]:
            assert read.extension == row["extension"]
    assert differ == {
        "+52 1 55 1234 5678": "+52 1 55 1234 5678",
        "555-0100": "555-0100",
        "0000000000": "0000000000",
        "1234567890": "1234567890",
    }


@needs_data
def test_every_regions_own_numbers_come_to_e164() -> None:
    wrong, total = [], 0
    for row in csv.DictReader((DATA / "reference/phone_examples_e164.csv").open(encoding="utf-8")):
        for written in (row["national"], row["international"], row["rfc3966"]):
            total += 1
            if read_phone(written, row["region"]).text != row["e164"]:
                wrong.append((row["region"], row["type"], written))
    assert len(wrong) < total / 100, wrong


@pytest.mark.parametrize(
    ("written", "region", "text", "key"),
    [
        ("p:+61402012700", None, "+61402012700", "61402012700"),
        ("tel:+1-512-555-0100", None, "+15125550100", "15125550100"),
        ("555-0100", None, "555-0100", "5550100"),
        ("06 12 34 56 78", "US", "06 12 34 56 78", "0612345678"),
        ("0000000000", "US", "0000000000", None),
        ("N/A", "US", None, None),
        ("x", "US", None, None),
    ],
)
def test_numbers_keep_their_text_where_they_cannot_be_parsed(
    written: str, region: str | None, text: str | None, key: str | None
) -> None:
    phone = read_phone(written, region)
    assert (phone.text, phone.key) == (text, key)


def test_a_leads_own_country_decides_how_its_phone_is_read() -> None:
    assert normalise({"phone": "06 12 34 56 78", "country": "France"}, region="US").facts["phone"] == "+33612345678"
    assert normalise({"phone": "0412 345 678"}, region="AU").facts["phone"] == "+61412345678"


# --- places


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("NO", "NO"), ("no", "NO"), ("Norge", "NO"), ("usa", "US"), ("U.S.A.", "US"), ("EE.UU.", "US"), ("UK", "GB"),
        ("Deutschland", "DE"), ("Alemania", "DE"), ("ألمانيا", "DE"), ("Côte d’Ivoire", "CI"), ("Korea, Republic of", "KR"),  # noqa: E501
        ("the Netherlands", "NL"), ("Brasil", "BR"), ("中国", "CN"), ("NA", "NA"), ("IS", "IS"), ("Czechia", "CZ"),
        ("Türkiye", "TR"), ("Bolivia (Plurinational State of)", "BO"), ("St. Lucia", "LC"), ("Atlantis", None), ("+1", None),  # noqa: E501
    ],
)  # fmt: skip
def test_countries_by_code_and_by_name(written: str, code: str | None) -> None:
    assert read_country(written) == code


@needs_data
def test_countries_agree_with_the_published_table() -> None:
    """All codes; of the names, those that people use: formal ones (`the Swiss Confederation`) are not all known."""
    unknown, names = [], 0
    for row in csv.DictReader((DATA / "reference/country-codes.csv").open(encoding="utf-8")):
        code = row["ISO3166-1-Alpha-2"]
        assert read_country(code) == code
        assert read_country(row["ISO3166-1-Alpha-3"]) == code
        for column in ("official_name_en", "CLDR display name", "official_name_es", "official_name_fr"):
            if name := row[column].strip():
                names += 1
                found = read_country(name)
                assert found in (code, None), f"{name} read as {found}"
                if found is None:
                    unknown.append(name)
    assert len(unknown) < names / 10, unknown


@needs_data
def test_every_us_state_by_its_name() -> None:
    for row in csv.DictReader((DATA / "reference/us_states.csv").open(encoding="utf-8")):
        assert read_region(row["name"], "US", None)[0] == row["abbr"]
        assert read_region(row["abbr"].lower(), "US", None)[0] == row["abbr"]


@pytest.mark.parametrize(
    ("written", "country", "default", "code", "named"),
    [
        ("US-TX", None, None, "TX", "US"),
        ("US-TX", "US", None, "TX", "US"),
        ("Texas", None, None, "TX", None),
        ("Texas", None, "DE", "Texas", None),
        ("Bayern", "DE", None, "BY", None),
        ("Ontario", "CA", None, "ON", None),
        ("Somewhere", "US", None, "Somewhere", None),
    ],
)
def test_regions(written: str, country: str | None, default: str | None, code: str, named: str | None) -> None:
    assert read_region(written, country, default)[:2] == (code, named)


def test_a_full_region_code_names_the_country_too() -> None:
    assert normalise({"region": "US-TX"}).facts == {"region": "TX", "country": "US"}
    assert normalise({"region": "US-TX", "country": "Canada"}).facts == {"region": "US-TX", "country": "CA"}


def test_norway_lost_to_yaml_is_noticed() -> None:
    assert "Norway" in normalise({"country": False}).problems["country"][0]


# --- numbers and dates


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1000", 1000), ("1,000", 1000), ("1 000", 1000), ("1\u202f000", 1000), ("1'000", 1000), ("1.000,50", Decimal("1000.5")),  # noqa: E501
        ("1,000.50", Decimal("1000.5")), ("1,5", Decimal("1.5")), ("1.5", Decimal("1.5")), ("0.125", Decimal("0.125")),
        ("12,34,567", 1234567), ("1.234.567", 1234567), ("$10k", 10000), ("€ 2.5M", 2500000), ("0", 0), ("1e3", 1000),
        ("250 employees", 250), (12.0, 12), (0.1, Decimal("0.1")), (Decimal("2.50"), Decimal("2.5")),
    ],
)  # fmt: skip
def test_numbers_as_people_write_them(written: object, number: object) -> None:
    read = read_number(written)
    assert read == number
    assert type(read) is type(number)


@pytest.mark.parametrize(
    "written",
    ["1.000", "51-200", "1000+", "<50", "1.2 Cr", "many", "NaN", "inf", "1e400", "9" * 30, "--1", "1,2,3", True],
)
def test_what_is_no_number_or_could_be_two_is_refused(written: object) -> None:
    with pytest.raises(NotANumber):
        read_number(written)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-05", "2026-01-05T00:00"),
        ("2026-01-05T15:00:00Z", "2026-01-05T15:00"),
        ("2026-01-05 15:00:00+02:00", "2026-01-05T13:00"),
        ("20.03.2026", "2026-03-20T00:00"),
        ("03/15/2026 9:12 PM", "2026-03-15T21:12"),
        ("31/12/2025 23:59", "2025-12-31T23:59"),
        ("15-Jan-2026", "2026-01-15T00:00"),
        ("Mar 20 2026", "2026-03-20T00:00"),
        ("Monday, January 5, 2026 3:00 PM", "2026-01-05T15:00"),
        ("1767625200", "2026-01-05T15:00"),
        (1767625200000, "2026-01-05T15:00"),
    ],
)
def test_moments(written: object, moment: str) -> None:
    assert read_moment(written) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    ["01/02/2026", "1/2/26", "yesterday", "2026-13-01", "2026-02-30", "45292", 45292, "0001-01-01T00:00:00+14:00"],
)
def test_what_is_no_date_or_could_be_two_is_refused(written: object) -> None:
    with pytest.raises(NotAMoment):
        read_moment(written)


# --- keys


def test_the_same_person_has_the_same_keys() -> None:
    assert person_keys(email=" Jane@Acme.example ").email_key == person_keys(email="jane@acme.EXAMPLE").email_key
    assert person_keys(phone="+1 (512) 555-0100").phone_key == person_keys(phone="1-512-555-0100").phone_key
    assert person_keys(company="ACME  Inc.").company_key == person_keys(company="acme inc.").company_key
    assert person_keys() == person_keys(email="", phone=" ", company=None)


def test_free_mail_is_known_and_companies_are_not_taken_for_it() -> None:
    assert person_keys(email="jane@GMail.com").free_mail is True
    assert person_keys(email="jane@acme.example").free_mail is False
    assert person_keys(email=None).free_mail is None
    assert is_free_mail("GMX.de.")
    assert not FREE_MAIL_DOMAINS & {"apple.com", "microsoft.com", "ibm.com", "siemens.com", "google.com", "bol.com"}
    assert len(FREE_MAIL_DOMAINS) > 1000


# --- whatever comes

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40) | st.binary(max_size=20)
    | st.decimals() | st.datetimes() | st.dates() | st.just(object()) | st.sampled_from([0]).map(lambda _: 10**5000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = st.sampled_from(
    [
        "email",
        "phone",
        "country",
        "region",
        "postcode",
        "company",
        "company_size",
        "budget",
        "engagement",
        "captured_at",
        "first_name",
        "external_id",
        "attributes",
        "attributes.x",
        "attributes.",
        "score",
        "nonsense",
    ]
)


@settings(max_examples=400)
@given(st.dictionaries(NAMES, ANYTHING, max_size=8), st.sampled_from([None, "US", "DE", "ZZ", ""]))
def test_nothing_makes_it_raise_and_what_comes_out_can_be_stored(raw: dict[str, object], region: str | None) -> None:
    lead = normalise(raw, region=region)
    texts = [*(value for value in lead.facts.values() if isinstance(value, str)), *lead.attributes.values()]
    for text in texts:
        text.encode()
        assert "\0" not in text
    assert all(len(text) <= 2000 for text in texts)
    assert not set(lead.facts) & set(lead.problems)


@needs_data
def test_naughty_strings_in_every_field() -> None:
    for naughty in json.loads((DATA / "reference/blns.json").read_text(encoding="utf-8")):
        lead = normalise(
            dict.fromkeys(("email", "phone", "country", "region", "postcode", "company", "budget"), naughty)
            | {"company_size": naughty, "captured_at": naughty, "first_name": naughty, naughty: naughty},
            region="US",
        )
        json.dumps([str(value) for value in lead.facts.values()]).encode()


def test_a_structure_without_an_end_is_refused() -> None:
    loop: list[object] = []
    loop.append(loop)
    lead = normalise({"first_name": loop, "attributes.x": loop})
    assert set(lead.problems) == {"first_name", "attributes.x"}
