"""Files of leads: what is read from them, and what is said of files that are none."""

import csv
import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.intake.tabular import NotATable, Row, RowProblem, open_table
from routing.intake.tabular import lines as lines_module

from .real_data import DATA, needs_data

FICTIONAL = [
    ("Dupont", "Élodie", "Orléans"),
    ("Müller-Groß", "Jürgen", "München"),
    ("O'Neil", "Siobhán", "Dún Laoghaire"),
]


def read(text: bytes | str) -> tuple[list[Row], list[RowProblem]]:
    with open_table(io.BytesIO(text.encode() if isinstance(text, str) else text)) as table:
        rows = list(table)
    return [row for row in rows if isinstance(row, Row)], [row for row in rows if isinstance(row, RowProblem)]


def refusal(text: bytes | str) -> str:
    with pytest.raises(NotATable) as caught:
        read(text)
    return str(caught.value)


@needs_data
@pytest.mark.parametrize("name", sorted(path.stem for path in DATA.glob("csv/csv-spectrum/*.csv")))
def test_csv_spectrum_reads_as_its_authors_say(name: str) -> None:
    with open_table(DATA / f"csv/csv-spectrum/{name}.csv") as table:
        rows = [row.cells for row in table if isinstance(row, Row)]
    assert rows == json.loads((DATA / f"csv/csv-spectrum/{name}.json").read_text())


@needs_data
def test_every_file_of_the_collection_is_read_with_its_encoding_and_delimiter() -> None:
    looked_at = 0
    for entry in csv.DictReader((DATA / "csv/INDEX.csv").open(encoding="utf-8")):
        path = DATA / entry["file"]
        if entry["file"].startswith("dirty/") or not path.exists():
            continue
        with open_table(path) as table:
            rows = list(table)
        looked_at += 1
        assert table.delimiter == {"TAB": "\t"}.get(entry["delimiter"], entry["delimiter"]), entry["file"]
        if entry["encoding"].startswith(("ascii", "utf-8")):
            assert table.encoding == "utf-8", entry["file"]
        elif entry["encoding"].startswith("utf-16"):
            assert table.encoding == entry["encoding"].split()[0]
        assert any(isinstance(row, Row) for row in rows), entry["file"]
        if not entry["note"]:
            assert not [row for row in rows if isinstance(row, RowProblem)], entry["file"]
    assert looked_at > 70


@needs_data
@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("excel_fr_semicolon_cp1252.csv", "cp1252"),
        ("excel_unicode_text_utf16le_tab.txt", "utf-16-le"),
        ("excel_utf8_bom_comma.csv", "utf-8"),
        ("latin1_sep_line.csv", "cp1252"),
        ("macroman_cr_only.csv", "mac_roman"),
        ("utf16be_bom_comma.csv", "utf-16-be"),
    ],
)
def test_the_same_leads_come_out_of_every_encoding(name: str, encoding: str) -> None:
    with open_table(DATA / "csv/derived_encodings" / name) as table:
        rows = [row for row in table if isinstance(row, Row)]
    assert table.encoding == encoding
    assert [(row.cells["Nom"], row.cells["Prénom"], row.cells["Ville"]) for row in rows] == FICTIONAL
    assert rows[0].cells["Notes"].splitlines() == ["Première ligne", "Deuxième ligne"]


@needs_data
def test_a_file_with_rows_in_two_encodings_is_read_row_by_row_and_says_so() -> None:
    with open_table(DATA / "csv/derived_encodings/mixed_utf8_and_cp1252_rows.csv") as table:
        rows = [row for row in table if isinstance(row, Row)]
    assert [row.cells["Ville"] for row in rows] == ["Orléans", "München"]
    assert any("not UTF-8" in note for note in rows[1].notes)
    assert not any("not UTF-8" in note for note in rows[0].notes)


@needs_data
def test_mojibake_is_reported_and_not_repaired() -> None:
    with open_table(DATA / "csv/derived_encodings/mojibake_utf8_read_as_cp1252.csv") as table:
        rows = [row for row in table if isinstance(row, Row)]
    assert table.encoding == "utf-8"
    assert any("once read as Windows-1252" in note for note in table.notes)
    assert rows[0].cells["Ville"] == "OrlÃ©ans"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80))
def test_a_file_in_utf8_is_never_taken_for_anything_else(text: str) -> None:
    body = f"name,email\n{text.replace(',', ' ').replace(chr(34), ' ')}x,jane@acme.example\n".encode()
    with open_table(io.BytesIO(body)) as table:
        assert table.encoding == "utf-8"
        assert [row.cells["email"] for row in table if isinstance(row, Row)] == ["jane@acme.example"]


def test_a_byte_that_is_wrong_far_below_the_sample_costs_a_note_on_its_own_row() -> None:
    body = b"name,city\n" + b"Jane,Berlin\n" * 30_000 + b"J\xfcrgen,K\xf6ln\n" + b"Jane,Berlin\n"
    rows, problems = read(body)
    assert not problems
    assert len(rows) == 30_002
    assert rows[30_000].cells == {"name": "Jürgen", "city": "Köln"}
    assert rows[30_000].line == 30_002
    assert "not UTF-8" in rows[30_000].notes[0]
    assert not rows[30_001].notes


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows, _ = read(f"name{delimiter}email{delimiter}size\nJane{delimiter}j@a.example{delimiter}1.000\n")
    assert rows[0].cells == {"name": "Jane", "email": "j@a.example", "size": "1.000"}


def test_decimal_commas_do_not_hide_a_semicolon() -> None:
    rows, _ = read("name;amount;rate\nJane;1,5;2,5\nOmar;3,25;4,0\n")
    assert rows[0].cells == {"name": "Jane", "amount": "1,5", "rate": "2,5"}


def test_a_sep_line_names_the_delimiter_and_is_no_header() -> None:
    rows, _ = read("sep=|\r\nname|email\r\nJane|j@a.example\r\n")
    assert rows[0].cells == {"name": "Jane", "email": "j@a.example"}
    assert rows[0].line == 3


def test_line_ends_of_three_kinds_in_one_file() -> None:
    rows, _ = read(b"a,b\r1,2\n3,4\r\n5,6")
    assert [(row.line, row.cells["a"]) for row in rows] == [(2, "1"), (3, "3"), (4, "5")]


@pytest.mark.parametrize("block", [1, 2, 3, 7])
def test_line_ends_and_letters_cut_by_a_block_stay_whole(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines_module, "BLOCK", block)
    rows, problems = read('näme,b\r\n1,"2\r\nü"\r\n3,4\r5,6\n')
    assert not problems
    assert [(row.line, row.cells["näme"], row.cells["b"]) for row in rows] == [
        (2, "1", "2\r\nü"),
        (4, "3", "4"),
        (5, "5", "6"),
    ]


def test_a_quote_never_closed_costs_its_own_line_only() -> None:
    rows, problems = read('name,email\nJane,j@a.example\n"Bob,bob@a.example\nEmma,e@a.example\nOmar,o@a.example\n')
    assert [row.cells["name"] for row in rows] == ["Jane", "Emma", "Omar"]
    assert [(problem.line, problem.text) for problem in problems] == [(3, '"Bob,bob@a.example')]
    assert "quote" in problems[0].reason


def test_a_quote_closed_by_the_next_lines_quote_is_noticed() -> None:
    rows, problems = read('name,email\n"Bob,bob@a.example\n"Emma",e@a.example\nOmar,o@a.example\n')
    assert [row.cells["name"] for row in rows] == ["Emma", "Omar"]
    assert [problem.line for problem in problems] == [2]


def test_a_quote_inside_a_cell_is_text() -> None:
    rows, problems = read('name,screen\nJane,15" wide\nOmar,17"\n')
    assert not problems
    assert [row.cells["screen"] for row in rows] == ['15" wide', '17"']


def test_rows_too_long_are_named_with_their_place_and_short_ones_are_filled_up() -> None:
    rows, problems = read("name,email,city\nJane,j@a.example,Berlin\nOmar,o@a.example,Paris,Texas\nEmma,e@a.example\n")
    assert [row.cells["name"] for row in rows] == ["Jane", "Emma"]
    assert rows[1].cells["city"] == ""
    assert "2 cells where the header has 3" in rows[1].notes[0]
    assert str(problems[0]).startswith("line 3: 4 cells where the header has 3")
    assert "Texas" in problems[0].reason


def test_a_line_of_one_cell_in_a_wide_table_is_no_lead() -> None:
    rows, problems = read("name,email,city\nJane,j@a.example,Berlin\nTotal: 1\n")
    assert len(rows) == 1
    assert [problem.line for problem in problems] == [3]


def test_blank_rows_are_passed_over_and_lines_counted_all_the_same() -> None:
    rows, problems = read("\n\nname,email\n\n,\nJane,j@a.example\n  ,  \n")
    assert [(row.line, row.cells["name"]) for row in rows] == [(6, "Jane")]
    assert not problems


def test_trailing_commas_add_no_column() -> None:
    rows, problems = read("name,email,,\nJane,j@a.example,,\n")
    assert rows[0].cells == {"name": "Jane", "email": "j@a.example"}
    assert not problems


def test_a_value_under_no_header_is_kept_by_its_place() -> None:
    rows, _ = read("name,,email\nJane,hm,j@a.example\nOmar,,o@a.example\n")
    assert rows[0].cells == {"name": "Jane", "column 2": "hm", "email": "j@a.example"}
    assert rows[1].cells == {"name": "Omar", "email": "o@a.example"}


def test_headers_that_come_twice_are_told_apart() -> None:
    with open_table(io.BytesIO(b"Name,Email,Name\nJane,j@a.example,Jones\n")) as table:
        assert table.headers == ["Name", "Email", "Name (2)"]
        assert "second 'Name'" in table.notes[0]
        assert next(iter(table)).cells["Name (2)"] == "Jones"  # type: ignore[union-attr]


def test_a_title_above_the_header_is_left_out_and_said() -> None:
    with open_table(io.BytesIO(b"Leads of March,,\nname,email,city\nJane,j@a.example,Berlin\n")) as table:
        assert table.headers == ["name", "email", "city"]
        assert table.header_line == 2
        assert "Leads of March" in table.notes[0]


def test_nul_bytes_are_taken_out_and_said() -> None:
    rows, _ = read(b"name,email\nJa\x00ne,j@a.example\n")
    assert rows[0].cells["name"] == "Jane"
    assert rows[0].notes == ("NUL bytes were removed",)


def test_an_escaped_delimiter_does_not_cost_the_row() -> None:
    rows, problems = read("name,email\nAcme\\, Inc,j@a.example\n")
    assert rows[0].cells == {"name": "Acme, Inc", "email": "j@a.example"}
    assert not problems


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"\r\n \n\n", "blank"),
        (b"name,email\n", "headers only (line 1"),
        (b"\n\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "HTML starts on line 3"),
        (b"<!-- saved -->\n" * 5_000 + b"<HTML><body>Sign in</body>", "HTML starts on line 5001"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Excel"),
        (b'[{"email": "j@a.example"}]', "JSON"),
        (b"<?xml version='1.0'?><adf/>", "XML"),
        (bytes(range(256)) * 20, "not text"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b"jane@acme.example,Jane\nomar@acme.example,Omar\n", "line 1 holds 'jane@acme.example'"),
        (b"12,13\n14,15\n", "a value and not the name of a column"),
    ],
)
def test_a_file_that_is_no_table_says_what_it_is(body: bytes, says: str) -> None:
    assert says in refusal(body)


@needs_data
def test_three_files_named_leads_csv() -> None:
    with pytest.raises(NotATable, match="no rows under them"):
        open_table(DATA / "dirty/Leads_20bytes_garbage.csv")
    with pytest.raises(NotATable, match="web page"):
        open_table(DATA / "dirty/Leads_really_html_page.csv")
    with open_table(DATA / "dirty/Leads_really_xlsx.csv") as table:
        assert table.kind == "xlsx"
        assert len(table.headers) == 37
        first = next(iter(table))
    assert isinstance(first, Row)
    assert first.line == 2
    assert first.cells["Lead Number"].isdigit()


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


WORKBOOK = workbook(["name", "email"], *(["Jane", f"jane{number}@acme.example"] for number in range(30)))


def test_numbers_of_a_spreadsheet_come_as_a_person_would_type_them() -> None:
    rows, _ = read(workbook(["phone", "size", "ok", "blank"], [5125550100.0, 12.5, True, None]))
    assert rows[0].cells == {"phone": "5125550100", "size": "12.5", "ok": "yes", "blank": ""}


@given(st.lists(st.tuples(st.integers(4, 4000), st.integers(0, 255)), min_size=1, max_size=4))
def test_a_damaged_spreadsheet_is_refused_or_read(damage: list[tuple[int, int]]) -> None:
    body = bytearray(WORKBOOK)
    for place, byte in damage:
        body[place % len(body)] = byte
    try:
        read(bytes(body))
    except NotATable as error:
        assert str(error)


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", "<workbook/>")
        package.writestr("xl/sharedStrings.xml", b" " * (129 * 1024 * 1024))
    assert "too much text" in refusal(file.getvalue())


def test_an_entity_bomb_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook/>')
    assert "DOCTYPE" in refusal(file.getvalue())


def test_another_kind_of_zip_says_what_it_is() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    assert "Word" in refusal(file.getvalue())


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_one_refusal(body: bytes) -> None:
    try:
        rows, problems = read(body)
    except NotATable as error:
        assert str(error)
    else:
        assert all(isinstance(value, str) for row in rows for value in row.cells.values())
        assert all(problem.line >= 1 for problem in problems)


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"), max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_csv_writer_wrote_comes_back(rows: list[list[str]]) -> None:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(["email", "name", "note"])
    writer.writerows([["x", *row[1:]] for row in rows])
    writer.writerow(["end", "end", "end"])
    got, problems = read(written.getvalue())
    assert not problems
    assert [list(row.cells.values()) for row in got] == [*(["x", *row[1:]] for row in rows), ["end"] * 3]


def test_a_file_handed_in_stays_open_and_a_path_is_closed(tmp_path: Path) -> None:
    file = io.BytesIO(b"a,b\n1,2\n")
    with open_table(file) as table:
        list(table)
    assert not file.closed
    path = tmp_path / "leads.csv"
    path.write_bytes(b"a,b\n1,2\n")
    with open_table(path) as table:
        list(table)
    path.unlink()


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


def test_a_pipe_can_be_read_too() -> None:
    with open_table(Pipe(b"a,b\n1,2\n")) as table:
        assert [row.cells for row in table if isinstance(row, Row)] == [{"a": "1", "b": "2"}]
