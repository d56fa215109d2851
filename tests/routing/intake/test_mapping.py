"""Columns of a source and fields of a lead."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.intake.mapping import (
    BadMapping,
    apply,
    field_problem,
    guess_mapping,
    is_test_lead,
    make_mapping,
    missing_columns,
    read_mapping,
    split_name,
)
from routing.intake.normalise import normalise
from routing.intake.tabular import Row, open_table

from .real_data import DATA, needs_data


def test_a_mapping_file_is_column_to_field() -> None:
    mapping = read_mapping("mql_id: external_id\norigin: attributes.origin\nNo: country\nlanding page: ignore\n")
    row = {"mql_id": "abc", "origin": "social", "No": "NO", "landing page": "x", "other": "y"}
    assert apply(mapping, row) == {"external_id": "abc", "attributes.origin": "social", "country": "NO"}


def test_all_that_is_wrong_is_said_at_once_with_what_was_meant() -> None:
    with pytest.raises(BadMapping) as caught:
        read_mapping("a: emial\nb: score\nc: {x: 1}\nd: Company Size\ne: favourite colour\n")
    assert len(caught.value.problems) == 5
    assert "did you mean 'email'" in caught.value.problems[0]
    assert "worked out" in caught.value.problems[1]
    assert "did you mean 'company_size'" in caught.value.problems[3]
    assert "attributes.favourite_colour" in caught.value.problems[4]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a\n- b", "column: field"),
        ("a: [", "no YAML at line"),
        ("", "column: field"),
        ("a: &x b\nc: *x", "aliases"),
        ("a: email\na: phone", "twice"),
    ],
)
def test_a_file_that_is_no_mapping_says_so(text: str, says: str) -> None:
    with pytest.raises(BadMapping, match=says):
        read_mapping(text)


def test_fields_of_a_history_are_allowed_where_the_caller_says_so() -> None:
    assert field_problem("owner")
    assert field_problem("owner", also={"owner"}) is None
    assert apply(read_mapping("rep: owner", also={"owner"}), {"rep": "laura"}) == {"owner": "laura"}


def test_a_mapped_column_that_the_file_lacks_is_named() -> None:
    mapping = make_mapping({"Email": "email", "Fone": "phone"})
    assert missing_columns(mapping, ["EMAIL", "Phone"]) == ["the file has no column 'Fone'; did you mean 'Phone'?"]


def test_several_columns_of_one_field() -> None:
    mapping = make_mapping({"work": "phone", "home": "phone", "a": "company", "b": "company"})
    assert apply(mapping, {"work": " ", "home": "2", "a": "Acme", "b": "Inc."}) == {
        "phone": "2",
        "company": "Acme Inc.",
    }
    assert apply(mapping, {"work": "1", "home": "2"}) == {"phone": "1"}


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Jane Doe", "Jane", "Doe"),
        ("Juan de la Cruz", "Juan", "de la Cruz"),
        ("French, Example", "Example", "French"),
        ("Cher", "Cher", ""),
        ("  Jane   Doe ", "Jane", "Doe"),
    ],
)
def test_a_full_name_is_split(full: str, first: str, last: str) -> None:
    assert split_name(full) == (first, last)


def test_columns_that_nobody_mapped_become_attributes_only_if_asked() -> None:
    row = {"Email": "j@a.example", "Original Source": "ads", "original-source": "web", "नाम": "x"}
    assert apply(make_mapping({"Email": "email"}), row) == {"email": "j@a.example"}
    assert apply(make_mapping({"Email": "email"}, keep_rest=True), row) == {
        "email": "j@a.example",
        "attributes.original_source": "ads",
        "attributes.original_source_2": "web",
        "attributes.नाम": "x",
    }


def test_a_column_alike_is_meant_only_where_the_named_one_is_missing() -> None:
    mapping = make_mapping({"email": "email"})
    assert apply(mapping, {"E-Mail": "x", "EMAIL": "j@a.example"}) == {"email": "j@a.example"}
    assert apply(mapping, {"email": "j@a.example", "EMAIL": "other"}) == {"email": "j@a.example"}


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (
            "Nombre,Correo electrónico,Teléfono,Empresa,País,Código postal",
            "full_name email phone company country postcode",
        ),
        (
            "Vorname;Nachname;E-Mail-Adresse;Telefonnummer;Firma;PLZ;Ort",
            "first_name last_name email phone company postcode city",
        ),
        ("Prénom,Nom,Courriel,Téléphone,Société,Ville,Pays", "first_name last_name email phone company city country"),
        ("Nome,Sobrenome,E-mail,Telefone,Empresa,Cidade,CEP", "first_name last_name email phone company city postcode"),
        ("الاسم,البريد الإلكتروني,رقم الهاتف,الشركة,الدولة,المدينة", "full_name email phone company country city"),
    ],
    ids=["Spanish", "German", "French", "Portuguese", "Arabic"],
)
def test_headers_in_other_languages_are_known(headers: str, fields: str) -> None:
    columns = headers.replace(";", ",").split(",")
    mapping, _ = guess_mapping(columns)
    assert [mapping.columns.get(column) for column in columns] == fields.split()


@needs_data
def test_the_headers_of_every_vendor_give_a_name_and_a_way_to_reach_them() -> None:
    for vendor, headers in json.loads((DATA / "csv/vendor_header_presets.json").read_text()).items():
        mapping, _ = guess_mapping(headers.split(","))
        fields = set(mapping.columns.values())
        assert {"email", "phone"} <= fields, vendor
        assert "full_name" in fields or {"first_name", "last_name"} <= fields, vendor


def test_a_header_with_a_typing_error_is_asked_about_and_not_guessed() -> None:
    mapping, notes = guess_mapping(["Emial", "Statu"])
    assert not mapping.columns
    assert "Emial" in notes[0]
    assert len(notes) == 1


@needs_data
@pytest.mark.parametrize("name", ["meta_leads_export_prefixed_ids.csv", "meta_leads_export_utf16le_tab.csv"])
def test_an_export_of_meta_comes_in_without_its_prefixes_and_its_test_lead_is_flagged(name: str) -> None:
    with open_table(DATA / "csv" / name) as table:
        mapping, _ = guess_mapping(table.headers)
        rows = [row.cells for row in table if isinstance(row, Row)]
    assert [is_test_lead(row) for row in rows] == [False, False, True, False]
    lead = normalise(apply(mapping, rows[0]))
    assert lead.facts["external_id"] == "2046983545902460"
    assert lead.facts["phone"] == "+61400000001"
    assert lead.attributes["campaign_id"] == "1"
    assert not lead.problems
    assert apply(mapping, rows[3])["last_name"] == "French"


@given(
    st.dictionaries(
        st.text(max_size=10), st.none() | st.text(max_size=10) | st.integers() | st.lists(st.integers()), max_size=6
    )
)
def test_any_row_can_be_mapped(row: dict[str, object]) -> None:
    mapping, _ = guess_mapping(row)
    normalise(apply(mapping, row))
