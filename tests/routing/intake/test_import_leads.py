"""import_leads: a file comes in, each row once; what is wrong with it is said, and where."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from routing import pipeline
from routing.intake import importing
from routing.intake.importing import Counts, import_leads, source_for
from routing.intake.leads import understand_stored
from routing.models import Capture, Event, ImportRun, Lead, Source
from tests import cast as people

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parents[3] / "../shared/data"
EXAMPLES = Path(__file__).parents[3] / "examples"

TWO_LEADS = """Email,Phone,Company,Seats
jane@clinic.example.com,+1 312 555 0142,Clinic,12
june@bakery.example.com,,Bakery,3
"""


def data(name: str) -> Path:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"needs the shared test data: {path} is missing")
    return path


@pytest.fixture(autouse=True)
def routed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """How often the import asked for routing."""
    asked: list[bool] = []

    def route(**arguments: Any) -> SimpleNamespace:
        asked.append(True)
        return SimpleNamespace(routed=0, waiting=0, disqualified=0, seconds=0.0)

    monkeypatch.setattr(pipeline, "route", route)
    return asked


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "leads.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def imported(path: Path, **options: Any) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("import_leads", path, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue().strip()


def test_rows_become_leads_and_are_routed_behind_live_captures(file: Callable[..., Path], routed: list[bool]) -> None:
    assert imported(file(TWO_LEADS)) == "read 2, created 2, duplicates 0, rejected 0"
    jane = Lead.objects.get(email="jane@clinic.example.com")
    assert (jane.company, jane.attributes, jane.channel, jane.urgent) == ("Clinic", {"seats": "12"}, "csv", False)
    assert jane.source.slug == "import"
    assert routed == [True]


def test_every_row_is_kept_as_it_stands_in_the_file(file: Callable[..., Path]) -> None:
    imported(file(TWO_LEADS))
    capture = Capture.objects.get(row=2)
    assert json.loads(capture.body)["row"] == {
        "Email": "jane@clinic.example.com",
        "Phone": "+1 312 555 0142",
        "Company": "Clinic",
        "Seats": "12",
    }
    run = ImportRun.objects.get()
    assert (run.filename, run.read, run.created, capture.run) == ("leads.csv", 2, 2, run)
    assert run.finished_at is not None


def test_the_same_file_again_creates_none(file: Callable[..., Path], routed: list[bool]) -> None:
    path = file(TWO_LEADS)
    imported(path)
    assert imported(path) == "read 2, created 0, duplicates 2, rejected 0"
    assert len(routed) == 1, "there is nothing to route"


def test_the_same_file_again_creates_none_though_its_leads_are_closed_or_bear_neither_address_nor_number(
    file: Callable[..., Path],
) -> None:
    path = file("First name,Company,Email\nJane,Clinic,\nJune,Bakery,june@bakery.example.com\n")
    imported(path)
    Lead.objects.update(is_open=False)
    assert imported(path) == "read 2, created 0, duplicates 2, rejected 0"
    assert imported(path) == "read 2, created 0, duplicates 2, rejected 0"


def test_the_same_person_twice_in_a_file_is_one_lead(file: Callable[..., Path]) -> None:
    assert imported(file("email\njane@clinic.example.com\nJANE@clinic.example.com\n")) == (
        "read 2, created 1, duplicates 1, rejected 0"
    )


def test_a_bad_row_goes_to_the_rejects_and_the_rest_go_in(file: Callable[..., Path], tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    path = file("Email,Company\njane@clinic.example.com,Clinic\njune at bakery,Bakery\n,\n,Nobody\n")
    assert imported(path, rejects=rejects) == "read 3, created 1, duplicates 0, rejected 2"
    header, june, nobody = csv.reader(rejects.open(encoding="utf-8"))
    assert header == ["line", "reason", "Email", "Company"]
    assert (june[0], june[2:]) == ("3", ["june at bakery", "Bakery"])
    assert "no e-mail address" in june[1]
    assert (nobody[0], nobody[2:]) == ("5", ["", "Nobody"])
    assert "at least one of email, phone and external_id" in nobody[1]
    assert Capture.objects.filter(status="rejected").count() == 2


def test_mended_rejects_come_in(file: Callable[..., Path], tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    imported(file("Email,Company\njune at bakery,Bakery\n"), rejects=rejects)
    rejects.write_text(rejects.read_text().replace("june at bakery,", "june@bakery.example.com,"))
    assert imported(rejects).startswith("read 1, created 1")
    lead = Lead.objects.get()
    assert (lead.company, lead.attributes) == ("Bakery", {}), "line and reason are no facts of hers"


def test_rejects_do_not_overwrite_the_file_that_is_read(file: Callable[..., Path]) -> None:
    path = file("email\nnobody\n")
    with pytest.raises(CommandError, match="another file"):
        imported(path, rejects=path)
    assert path.read_text() == "email\nnobody\n"


def test_a_number_that_is_none_is_kept_as_an_attribute(file: Callable[..., Path]) -> None:
    imported(file("Email,Company size\njane@clinic.example.com,50-100\n"))
    lead = Lead.objects.get()
    assert (lead.company_size, lead.attributes) == (None, {"company_size": "50-100"})
    assert "range" in Capture.objects.get().notes[0]


def test_a_dry_run_says_the_same_and_writes_nothing(file: Callable[..., Path], routed: list[bool]) -> None:
    people.lead(email="june@bakery.example.com")
    path = file(TWO_LEADS + "jane@clinic.example.com,,,\nnobody,,,\n")
    before = Capture.objects.count()
    would_be = imported(path, dry_run=True)
    assert would_be == "read 4, created 1, duplicates 2, rejected 1"
    assert (Capture.objects.count(), Lead.objects.count(), ImportRun.objects.count()) == (before, 1, 0)
    assert not Source.objects.filter(slug="import").exists()
    assert routed == []
    assert imported(path) == would_be


def test_no_route_leaves_them_to_be_routed_later(file: Callable[..., Path], routed: list[bool]) -> None:
    imported(file(TWO_LEADS), no_route=True)
    assert routed == []
    assert set(Lead.objects.values_list("status", flat=True)) == {"new"}


def test_a_map_says_which_column_is_which_field(file: Callable[..., Path]) -> None:
    mapping = file("wer: email\nwas: attributes.wish\nweg: ignore\n", "map.yaml")
    imported(file("wer,was,weg,rest\njane@clinic.example.com,x-ray,secret,more\n"), map=mapping, source="fair")
    lead = Lead.objects.get()
    assert (lead.email, lead.attributes, lead.source.slug) == (
        "jane@clinic.example.com",
        {"wish": "x-ray", "rest": "more"},
        "fair",
    )


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ("Email: e_mail\nPhone: fone\n", ["'e_mail' is not a field", "'fone' is not a field"]),
        ("Mail: email\n", ["no column 'Mail'", "did you mean 'Email'"]),
        ("[", ["is no YAML"]),
    ],
)
def test_a_wrong_map_is_told_before_anything_is_written(
    file: Callable[..., Path], mapping: str, words: list[str]
) -> None:
    with pytest.raises(CommandError) as refusal:
        imported(file(TWO_LEADS), map=file(mapping, "map.yaml"))
    assert all(word in str(refusal.value) for word in words), refusal.value
    assert not Capture.objects.exists()
    assert not Source.objects.exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dirty/Leads_really_html_page.csv", "web page"),
        ("dirty/Leads_20bytes_garbage.csv", ""),
        ("nowhere.csv", "No such file"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(name: str, words: str) -> None:
    path = DATA / name if name == "nowhere.csv" else data(name)
    with pytest.raises(CommandError) as refusal:
        imported(path)
    assert words in str(refusal.value)
    assert str(path) in str(refusal.value)
    assert not Source.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_spreadsheet_that_calls_itself_csv_is_read() -> None:
    assert imported(data("dirty/Leads_really_xlsx.csv"), dry_run=True).startswith("read ")


@pytest.mark.parametrize("folder", ["csv/messy_leads", "csv/derived_encodings", "csv/csvlint", "csv/csv-spectrum"])
def test_messy_files_come_in_or_are_refused_and_every_row_is_accounted_for(folder: str) -> None:
    for path in sorted(data(folder).glob("*.[ct][sx][vt]")):
        try:
            counts = import_leads(path, source=source_for("messy"))
        except importing.NotATable:
            continue
        assert counts.read == counts.created + counts.duplicates + counts.rejected, path.name
        statuses = Capture.objects.filter(run__filename=path.name).values_list("status", flat=True)
        assert len(statuses) == counts.read, path.name
        assert not {"stored", "failed"} & set(statuses), path.name


def test_owners_are_told_once_how_many_of_their_leads_came_again(file: Callable[..., Path]) -> None:
    laura = people.rep("laura", "Laura Ortiz")
    people.lead_of(laura, email="jane@clinic.example.com")
    people.lead_of(laura, email="june@bakery.example.com")
    imported(file(TWO_LEADS))
    told = Event.objects.get()
    assert (told.kind, told.rep, told.detail["leads"]) == ("leads.repeated", laura, 2)


def test_an_interrupted_import_loses_nothing(file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    path = file("email\n" + "".join(f"jane{number}@clinic.example.com\n" for number in range(1_200)))

    def interrupted(counts: Counts) -> None:
        if counts.read >= 500:
            monkeypatch.setattr(importing, "understand", killed)

    def killed(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(importing, "understand", importing.understand)
        import_leads(path, source=source_for("fair"), progress=interrupted)
    monkeypatch.undo()
    assert Capture.objects.filter(status="stored").count() == 500
    import_leads_later = Capture.objects.latest("received_at").received_at.replace(year=2099)
    assert understand_stored(2_000, at=import_leads_later) == 500
    assert Lead.objects.count() == 1_000
    assert str(import_leads(path, source=source_for("fair"))) == ("read 1200, created 200, duplicates 1000, rejected 0")


def test_the_olist_leads_all_come_in_once() -> None:
    path = data("olist/olist_marketing_qualified_leads_dataset.csv")
    mapping = EXAMPLES / "olist_map.yaml"
    assert imported(path, source="olist", map=mapping) == "read 8000, created 8000, duplicates 0, rejected 0"
    lead = Lead.objects.get(external_id="dac32acd4db4c29c230538b72f8dd87d")
    assert f"{lead.captured_at:%Y-%m-%d}" == "2018-02-01"
    assert lead.attributes["origin"] == "social"
    assert imported(path, source="olist", map=mapping) == "read 8000, created 0, duplicates 8000, rejected 0"
