"""CSV: what stands in a cell, that nothing runs there, that it can be taken back, and that it costs no memory."""

import csv
import io
import itertools
import tracemalloc
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.export import Figure, cell, csv_answer, csv_bytes
from routing.models import Lead
from routing.spreadsheet_cells import as_it_was, harmless

ODD = "=+-@|%'\"; \t\r\n,\0\u200b\ufeff\u00a0＝＋－＠−\ud800x"
texts = st.text(alphabet=st.one_of(st.sampled_from(ODD), st.characters()), max_size=20)


@given(texts)
def test_every_text_comes_back_exactly(text):
    assert as_it_was(harmless(text)) == text


@given(texts, st.sampled_from([",", ";", "\t"]))
def test_no_cell_begins_with_a_sign_whatever_a_spreadsheet_takes_for_its_delimiter(text, delimiter):
    """Where it cuts at another delimiter than ours, quotes in the middle are letters like others."""
    line = b"".join(csv_bytes(["id", "text"], [[1, text]])).decode()
    for naive in line.replace("\r", "\n").split("\n"):
        for found in naive.split(delimiter):
            bare = found.strip('"').lstrip("\u200b\ufeff\ufffd\0 \u00a0").strip('"')
            assert not bare.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠", "|", "%")), (text, line)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("-5", "'-5"),
        ("+4912345", "'+4912345"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\r=x", "'\r'=x"),
        ("  =x", "'  =x"),
        ("\u200b\ufeff=x", "'\u200b\ufeff=x"),
        ("＝x", "'＝x"),
        ("'=x", "''=x"),
        ("''=x", "'''=x"),
        ("a;=x", "a;'=x"),
        ('a;"=x;', "a;'\"=x;"),
        ("note\n- one\n- two", "note\n'- one\n'- two"),
        ("'s-Hertogenbosch", "'s-Hertogenbosch"),
        ("a=b", "a=b"),
        ("a, -b", "a, -b"),
        ("jane+ads@clinic.example.com", "jane+ads@clinic.example.com"),
        ("", ""),
    ],
)
def test_what_a_text_looks_like_in_a_file(text, shown):
    assert harmless(text) == shown
    assert as_it_was(shown) == text


@pytest.mark.parametrize("foreign", ["'tis", "'", "''", "'s-Hertogenbosch", "rock 'n' roll", "'hello'", "a;b", "a\n'b"])
def test_apostrophes_that_guard_nothing_stay(foreign):
    assert as_it_was(foreign) == foreign


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (-5, "-5"),
        (-1.5, "-1.5"),
        (float("nan"), ""),
        (float("-inf"), ""),
        (Decimal("-12.50"), "-12.50"),
        (Decimal("1E+3"), "1000"),
        (date(2026, 1, 5), "2026-01-05"),
        (datetime(2026, 1, 5, 15, tzinfo=UTC), "2026-01-05T15:00:00+00:00"),
        (datetime(2026, 1, 5, 9, tzinfo=timezone(timedelta(hours=-6))), "2026-01-05T15:00:00+00:00"),
        (timedelta(minutes=2), "120.0"),
        (Figure("-0.40"), "-0.40"),
        (Lead.Status.POOLED, "pooled"),
    ],
)
def test_what_a_value_looks_like_in_a_file(value, shown):
    assert cell(value) == shown


@pytest.mark.parametrize("value", [["a"], {"a": 1}, b"a"])
def test_what_belongs_in_no_cell_is_refused(value):
    with pytest.raises(TypeError):
        cell(value)


def read(body: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(body.decode(), newline="")))


def test_a_file_is_utf_8_with_crlf_and_a_mark_only_where_it_is_asked_for():
    rows: list[list[Any]] = [['Ünal, "Jr"\nx', -3]]
    plain, marked = b"".join(csv_bytes(["a", "b"], rows)), b"".join(csv_bytes(["a", "b"], rows, bom=True))
    assert plain == 'a,b\r\n"Ünal, ""Jr""\nx",-3\r\n'.encode()
    assert marked == b"\xef\xbb\xbf" + plain


def test_what_is_no_letter_breaks_no_download():
    body = b"".join(csv_bytes(["a"], [["x\0y"], ["x\ud800y"]]))
    assert read(body) == [["a"], ["xy"], ["x\ufffdy"]]


def test_the_header_is_sent_before_the_first_row_is_asked_for_and_rows_in_large_pieces():
    asked = itertools.count()
    pieces = csv_bytes(["number", "text"], ([next(asked), "x" * 90] for _ in range(10_000)))
    assert next(pieces) == b"number,text\r\n"
    assert next(asked) == 0
    sizes = [len(piece) for piece in pieces]
    assert all(64_000 < size < 70_000 for size in sizes[:-1])
    assert len(sizes) < 20


def test_a_downloads_name_may_be_anybodys():
    answer = csv_answer('a"b\r\nX: y', ["a"], [])
    assert "\r" not in answer["Content-Disposition"]
    assert answer["Content-Type"] == "text/csv; charset=utf-8"


def test_a_file_without_end_needs_no_memory():
    rows = ([number, "x" * 50, -1.5, None] for number in range(60_000))
    tracemalloc.start()
    size = sum(len(piece) for piece in csv_bytes(["a", "b", "c", "d"], rows))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size > 3_500_000
    assert most < 700_000
