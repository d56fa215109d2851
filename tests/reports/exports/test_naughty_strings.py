"""What somebody wrote, in every text of every file that LeadOps writes: nothing runs, and all of it comes back."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from routing.intake.importing import import_leads
from routing.intake.normalise import normalise
from routing.intake.normalise.text import clean
from routing.intake.tabular import Row, open_table
from routing.models import Lead
from routing.spreadsheet_cells import as_it_was
from tests.cast import source
from tests.naughty import TEXTS
from tests.reports.exports.calc import formulas_in, opened_as_text
from tests.reports.exports.every_export import EXPORTS, all_of_them, filled, some

NUMBER = re.compile(r"-?\d+(\.\d+)?")
OUR_LEADS = ("the list of leads", "raw leads")

pytestmark = pytest.mark.django_db


def cells(file: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def restored(file: bytes) -> list[dict[str, str]]:
    """The rows as the importer reads them."""
    with open_table(io.BytesIO(file)) as table:
        rows = list(table)
    assert all(isinstance(row, Row) for row in rows), [row for row in rows if not isinstance(row, Row)][:3]
    return [row.cells for row in rows if isinstance(row, Row)]


def written(house: SimpleNamespace, folder: Path) -> dict[str, bytes]:
    files = {name: write(house, folder) for name, write in EXPORTS.items()}
    for name, file in files.items():
        assert len(cells(file)) > 1, f"{name} is empty, and proves nothing"
    return files


def nothing_begins_with_a_sign(files: dict[str, bytes]) -> None:
    for name, file in files.items():
        for row in cells(file):
            for cell in row:
                for piece in re.split("[;\t\r\n]", cell):
                    bare = piece.lstrip(' \u00a0\u200b\ufeff"')
                    assert not bare.startswith(("=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠")) or (
                        NUMBER.fullmatch(cell)
                    ), (name, row, cell)


def everything_comes_back(house: SimpleNamespace, files: dict[str, bytes]) -> None:
    """Each text of each file, read by the importer, is the one that the database has."""
    leads = {str(one.pk): one for one in Lead.objects.all()}
    for name in OUR_LEADS:
        rows = restored(files[name])
        assert len(rows) == len(leads)
        for row in rows:
            for field in TEXTS.keys() - {"consent"}:
                assert row[field] == getattr(leads[row["id"]], field), (name, field)
            assert row["external_id"] == leads[row["id"]].external_id
            assert row["attributes.told"] == leads[row["id"]].attributes["told"]
    told = {str(one.pk): text for one, text in zip(house.leads, house.texts, strict=True)}
    for row in restored(files["raw assignments"]):
        assert (row["note"], row["rule"]) == (told[row["lead"]][:500], told[row["lead"]][:80])
    assert [row["body"] for row in restored(files["raw activities"])] == [text or "empty" for text in house.texts]
    companies = sorted(one.company for one in house.picked)
    for name in ("the pool", "the manual queue"):
        assert sorted(row["company"] for row in restored(files[name])) == companies, name
    for name in ("rejects", "rejects of the command"):
        wanted = [clean(text).strip() for text in house.texts]
        assert [row["Interest"].strip() for row in restored(files[name])] == wanted, name
        assert [row["=Free text"].strip() for row in restored(files[name])] == wanted, name


def test_a_sample_runs_nowhere_and_comes_back(tmp_path: Path):
    house = filled(some())
    files = written(house, tmp_path)
    nothing_begins_with_a_sign(files)
    everything_comes_back(house, files)


def leads_are_brought_in_as_they_were(texts: list[str], tmp_path: Path, export: Callable[[], bytes]) -> None:
    """From a database into a file and into a database: every text of a lead but for what normalising does to any."""
    for number, one in enumerate(Lead.objects.order_by("pk")):
        Lead.objects.filter(pk=one.pk).update(email=f"ada{number}@one.example", phone="", external_id=f"id {number}")
    file = tmp_path / "leads.csv"
    file.write_bytes(export())
    before = list(Lead.objects.order_by("pk"))
    Lead.objects.all().delete()
    counts = import_leads(file, source=source("again"))
    assert (counts.created, counts.rejected) == (len(before), 0)
    after = {one.email: one for one in Lead.objects.all()}
    plain = set(TEXTS) - {"consent", "email", "phone", "country", "region", "postcode"}
    for one in before:
        wanted = normalise({name: getattr(one, name) for name in plain} | {"attributes": one.attributes})
        for name in plain:
            assert getattr(after[one.email], name) == wanted.facts.get(name, ""), (name, getattr(one, name))
        told = after[one.email].attributes
        assert {name: told[name] for name in wanted.attributes} == wanted.attributes


def test_a_sample_of_leads_is_brought_in_as_it_was(tmp_path: Path):
    house = filled(some())
    leads_are_brought_in_as_they_were(house.texts, tmp_path, lambda: EXPORTS["raw leads"](house, tmp_path))


def breaks_alike(rows: list[list[str]]) -> list[list[str]]:
    """LibreOffice has one line break for all of them, and takes two of different kinds for one."""
    return [[re.sub("[\r\n]+", "\n", cell) for cell in row] for row in rows]


@pytest.mark.slow
def test_nothing_is_live_in_libreoffice_and_all_of_it_comes_back(tmp_path: Path):
    in_libreoffice(all_of_them(), tmp_path)


def in_libreoffice(texts: list[str], tmp_path: Path) -> None:
    house = filled(texts)
    files = written(house, tmp_path)
    nothing_begins_with_a_sign(files)
    everything_comes_back(house, files)
    assert formulas_in({"control": b'a,b\r\nx,=1+1\r\ny,"z;=1+1;"\r\n'}, tmp_path) == [
        ("control", "comma", "=1+1"),
        ("control", "semicolon or tab", "=1+1"),
    ], "what would run is seen to run, however the file is cut"
    assert formulas_in(files, tmp_path) == []
    for name, rows in opened_as_text(files, tmp_path).items():
        assert breaks_alike(rows) == breaks_alike(cells(files[name])), name
    leads_are_brought_in_as_they_were(house.texts, tmp_path, lambda: EXPORTS["raw leads"](house, tmp_path))


def test_what_is_not_ours_keeps_its_apostrophes(tmp_path: Path):
    file = tmp_path / "theirs.csv"
    file.write_text("Email,Company,Phone\na@one.example,'=One,'-\n", encoding="utf-8")
    with open_table(file) as table:
        assert [row.cells["Company"] for row in table if isinstance(row, Row)] == ["'=One"]
    assert as_it_was("'=One") == "=One"
