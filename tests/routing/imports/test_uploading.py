"""A file is uploaded, its columns are named, and the dry run says what would become of each row."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from routing import imports
from routing.intake import columns, uploading
from routing.intake.columns import BadColumns
from routing.intake.parts import rows_of, verdicts_of
from routing.intake.tabular import NotATable
from routing.models import Capture, ImportPart, ImportRun, Lead
from tests.cast import lead

from .uploads import THREE, checked, chosen, counts, fresh, imported, many, uploaded

pytestmark = pytest.mark.django_db


def test_an_upload_keeps_every_row_and_some_values_of_each_column():
    run = uploaded(many(1_201))
    assert (run.rows, run.headers, run.state) == (1_201, ["Email", "Company"], "columns")
    assert run.samples[1][:3] == ["F0", "F1", "F2"]
    parts = list(ImportPart.objects.filter(run=run))
    assert [len(rows_of(part, run.headers)) for part in parts] == [500, 500, 201]
    assert rows_of(parts[2], run.headers)[-1].cells == {"Email": "jane1200@firm1200.example.com", "Company": "F1200"}
    assert not Capture.objects.exists()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"<!doctype html><html><body>Log in</body></html>", "web page"),
        (b"jane@clinic.example.com,Clinic\nx@y.example,Bakery\n", "headers"),
    ],
)
def test_what_is_no_table_is_refused_in_words_and_not_kept(body, words):
    with pytest.raises(NotATable, match=words):
        uploaded(body)
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_or_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(uploading, "MOST_ROWS", 1_000)
    with pytest.raises(NotATable, match="more than 1,000 rows"):
        uploaded(many(1_001))
    monkeypatch.setattr(uploading, "LARGEST", 20)
    with pytest.raises(NotATable, match="MB"):
        uploaded()
    assert not ImportRun.objects.exists()


def test_what_was_never_imported_is_thrown_away_after_a_month_and_what_was_is_not():
    long_ago, came = uploaded(), imported()
    ImportRun.objects.update(started_at=now() - timedelta(days=31))
    new = uploaded()
    assert set(ImportRun.objects.all()) == {came, new}
    assert not ImportPart.objects.filter(run=long_ago.pk).exists()


def test_columns_are_guessed_by_their_headers_and_the_rest_is_kept():
    run = uploaded()
    assert chosen(run) == {"E-mail": "email", "Phone": "phone", "Firm": "company", "Seats": "attributes.seats"}


def test_source_and_stage_are_the_imports_to_say():
    run = uploaded("E-mail,Stage,Source\na@b.example,won,fair\n")
    assert chosen(run) == {"E-mail": "email", "Stage": "attributes.stage", "Source": "attributes.source"}


def test_what_was_chosen_is_remembered_for_the_next_file_of_this_source():
    run = uploaded()
    imports.check(run=run, chosen=chosen(run, Seats="company_size", Firm="ignore"), at=now())
    again = uploaded("seats,Firm,New,E-mail\n1,Mill,x,a@b.example\n")
    guesses = columns.guesses(again)
    assert {header: guess.field for header, guess in guesses.items()} == {
        "seats": "company_size",
        "Firm": "ignore",
        "New": "attributes.new",
        "E-mail": "email",
    }
    assert (guesses["seats"].remembered, guesses["New"].remembered) == (True, False)


@pytest.mark.parametrize(
    ("fields", "column", "words"),
    [
        ({"Firm": "email"}, "Firm", "None of its first values is read as e-mail"),
        ({"Firm": "attributes.seats"}, "Seats", "another"),
        ({"Firm": "attributes."}, "Firm", "Say what this column is"),
        ({"Firm": ""}, "Firm", "Say what this column is"),
        ({"Firm": "score"}, "Firm", "worked out by LeadOps"),
        ({"Firm": "compnay"}, "Firm", "did you mean 'company'"),
    ],
)
def test_what_is_wrong_with_a_choice_is_said_at_its_column(fields, column, words):
    run = uploaded()
    with pytest.raises(BadColumns) as refusal:
        imports.check(run=run, chosen=chosen(run, **fields), at=now())
    assert words in refusal.value.of[column]
    assert list(refusal.value.of) == [column]
    assert fresh(run).state == "columns"


def test_a_file_that_says_nowhere_who_its_leads_are_is_refused_as_a_whole():
    run = uploaded("Firm,Seats\nMill,3\n")
    with pytest.raises(BadColumns, match="who the lead is"):
        imports.check(run=run, chosen=chosen(run), at=now())


def test_the_dry_run_says_of_each_row_what_the_import_then_does():
    lead(email="june@bakery.example.com")
    text = THREE + "JANE@clinic.example.com,,,\n,+1 (312) 555-0142,,\n"
    run = checked(text)
    assert (run.state, run.expected) == ("checked", {"created": 1, "duplicates": 3, "rejected": 1})
    assert (Lead.objects.count(), Capture.objects.count()) == (1, 0)
    verdicts = verdicts_of(ImportPart.objects.get())
    assert [str(verdict.status) for verdict in verdicts] == ["lead", "duplicate", "rejected", "duplicate", "duplicate"]
    assert verdicts[1].lead_id == Lead.objects.get().pk
    assert verdicts[3].why == "the same person as on line 2"
    assert "no e-mail address" in verdicts[2].why
    imports.begin(run=run, at=now())
    for _ in imports.work():
        pass
    run = fresh(run)
    assert counts(run) == (5, 1, 3, 1)
    became = list(run.captures.order_by("row").values_list("status", flat=True))
    assert became == [str(verdict.status) for verdict in verdicts]


def test_columns_can_be_changed_until_it_comes_in():
    run = checked()
    imports.check(run=run, chosen=chosen(run, Firm="ignore"), at=now())
    assert fresh(run).state == "checking"
    come = imported(many(3), name="other.csv")
    with pytest.raises(imports.NotNow, match="imported"):
        imports.check(run=come, chosen=chosen(come), at=now())


def test_it_comes_in_once_however_often_it_is_asked():
    run = checked()
    imports.begin(run=run, at=now())
    with pytest.raises(imports.NotNow, match="coming in"):
        imports.begin(run=run, at=now())


def test_an_upload_is_thrown_away_unless_it_came_in():
    run = checked()
    imports.discard(run=run)
    assert not ImportRun.objects.exists()
    assert not ImportPart.objects.exists()
    with pytest.raises(imports.NotNow):
        imports.discard(run=imported())
