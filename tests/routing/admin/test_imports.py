"""Import in the admin: file, columns, dry run, progress, rejects, undo; and who may do it."""

import csv
import io
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from routing.models import Capture, ImportRun, Lead
from tests.access.conftest import in_role
from tests.cast import lead, lead_of, source
from tests.cast import team as team_of
from tests.proofs.company import publish, rep
from tests.routing.imports.uploads import THREE, checked, fresh, imported, many, uploaded, worked

from .filled import filled

pytestmark = pytest.mark.django_db

LIST = "/admin/routing/importrun/"


@pytest.fixture
def dana(client: Client):
    """Dana, a manager, has logged in."""
    publish()
    dana = in_role("dana", "manager")
    client.force_login(dana)
    return dana


def sent(client: Client, body: bytes | str, *, name: str = "fair.csv", **options: object):
    """The upload page, sent."""
    file = SimpleUploadedFile(name, body.encode() if isinstance(body, str) else body)
    told = {"file": file, "source": source("fair").pk, "routes": "on"} | options
    return client.post(f"{LIST}add/", told, follow=True)


def page(run: ImportRun, name: str = "change") -> str:
    return f"{LIST}{run.pk}/{name}/"


def test_from_the_file_to_leads_and_back(client: Client, dana) -> None:
    answer = sent(client, THREE)
    run = ImportRun.objects.get()
    assert answer.request["PATH_INFO"] == page(run, "columns")
    assert "jane@clinic.example.com" in answer.content.decode()
    client.post(page(run, "columns"), filled(client, page(run, "columns"), "columns-form"))
    assert fresh(run).state == "checking"
    worked(run)
    shown = client.get(page(run)).content.decode()
    assert "ready to import" in shown
    assert "no e-mail address" in shown
    assert not Lead.objects.exists()
    client.post(page(run, "begin"))
    worked(run)
    shown = client.get(page(run)).content.decode()
    assert "Undo this import" in shown
    assert Lead.objects.filter(status="assigned").count() == 2
    asked = client.get(page(run, "undo")).content.decode()
    assert "2 leads" in asked
    assert Lead.objects.filter(status="assigned").count() == 2, "it asks before it acts"
    client.post(page(run, "undo"))
    worked(run)
    assert "may be imported again" in client.get(page(run)).content.decode()
    run = fresh(run)
    assert (run.by, run.undone_by, run.withdrawn) == (dana, dana, 2)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"%PDF-1.7", "“fair.csv” cannot be imported: the file is a PDF"),
        (b"PK\x03\x04 broken", "damaged or cut short"),
        (b"", "empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(client: Client, dana, body, words) -> None:
    form = sent(client, body).context["form"]
    assert words in form.errors["file"][0]
    assert not ImportRun.objects.exists()


def test_only_active_sources_are_there_to_choose(client: Client, dana) -> None:
    closed = source("closed", active=False)
    assert "source" in sent(client, THREE, source=closed.pk).context["form"].errors


def test_without_a_source_it_is_said_what_to_do(client: Client, dana) -> None:
    assert "There is no source yet" in client.get(f"{LIST}add/").content.decode()


def test_what_is_wrong_with_a_column_is_said_beside_it_and_what_was_chosen_stays(client: Client, dana) -> None:
    run = uploaded(by=dana)
    form = filled(client, page(run, "columns"), "columns-form")
    shown = client.post(page(run, "columns"), form | {"field-2": ["email"], "field-3": ["budget"]}).content.decode()
    assert "None of its first values is read as e-mail" in shown
    assert shown.count('aria-invalid="true"') == 1
    assert '<option value="budget" selected>' in shown


def test_names_of_columns_and_values_are_shown_and_never_run(client: Client, dana) -> None:
    run = uploaded("Email,<script>alert(1)</script>\na@b.example,<img src=x>\n", by=dana)
    shown = client.get(page(run, "columns")).content.decode()
    assert "<script>alert(1)" not in shown
    assert "<img src=x>" not in shown


def test_progress_says_how_far_it_is_and_has_the_page_loaded_anew_when_it_is_done(client: Client, dana) -> None:
    run = checked(by=dana)
    client.post(page(run, "begin"))
    page_now = client.get(page(run)).content.decode()
    assert "0 of 3" in page_now
    assert '<meta http-equiv="refresh"' in page_now, "without a script the page loads itself anew"
    asked = f"{page(run, 'progress')}?state=importing"
    assert "HX-Refresh" not in client.get(asked).headers
    worked(run)
    assert client.get(asked).headers["HX-Refresh"] == "true"


def test_rejects_are_downloaded_before_and_after_and_run_nothing_in_a_spreadsheet(client: Client, dana) -> None:
    text = "Email,=Header,Phone\n=cmd|calc,+x,\nnobody,@y,+1 312 555 0142\na@b.example,z,\n"
    for run in (checked(text, by=dana), imported(text, by=dana)):
        answer = client.get(page(run, "rejects"))
        assert "attachment" in answer["Content-Disposition"]
        rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
        assert rows[0] == ["line", "reason", "Email", "'=Header", "Phone"]
        assert [(row[0], *row[2:]) for row in rows[1:]] == [
            ("2", "'=cmd|calc", "'+x", ""),
            ("3", "nobody", "'@y", "'+1 312 555 0142"),
        ]
        assert "no e-mail address" in rows[1][1]


def test_mended_rejects_come_in_as_they_were(client: Client, dana) -> None:
    run = imported("Email,Phone\nnobody,+1 312 555 0142\n", by=dana)
    body = b"".join(client.get(page(run, "rejects")).streaming_content).decode()
    again = imported(body.replace(",nobody,", ",jane@clinic.example.com,"), by=dana)
    assert again.created == 1
    jane = Lead.objects.get()
    assert (jane.email, jane.phone, jane.attributes) == ("jane@clinic.example.com", "+13125550142", {})


@pytest.mark.parametrize("comes_in", [False, True], ids=["dry run", "imported"])
def test_rows_are_paged_and_filtered_by_verdict(client: Client, dana, comes_in) -> None:
    text = many(1_100) + "".join(f"bad{number},x\n" for number in range(60))
    run = (imported if comes_in else checked)(text, by=dana)
    assert [row.line for row in client.get(f"{page(run)}?page=3").context["rows"]] == list(range(102, 152))
    last = client.get(f"{page(run)}?verdict=rejected&page=2").context["rows"]
    assert [row.line for row in last] == list(range(1_152, 1_162))
    assert client.get(f"{page(run)}?verdict=created&page=99999").context["number"] == 22
    assert client.get(f"{page(run)}?verdict=duplicates").context["rows"] == []


def test_a_lead_of_another_team_is_not_named(client: Client, dana) -> None:
    theirs = lead_of(rep("omar"), team=team_of("far"), email="jane@clinic.example.com", first_name="Secret")
    run = checked(by=dana)
    shown = client.get(page(run)).content.decode()
    assert "a lead that is there" in shown
    assert "Secret" not in shown
    assert f"/lead/{theirs.pk}/" not in shown
    client.force_login(in_role("olga", "ops"))
    assert "Secret" in client.get(page(run)).content.decode()


def test_why_it_cannot_be_undone_is_said_plainly(client: Client, dana) -> None:
    run = imported(by=dana)
    Lead.objects.order_by("pk")[:1].get().changes.create(by=dana, origin="admin", kind="facts")
    assert "1 lead was changed or called by a person." in client.get(page(run, "undo")).content.decode()
    client.post(page(run, "undo"))
    assert fresh(run).state == "finished"


def test_unrouted_leads_are_routed_from_the_page(client: Client, dana) -> None:
    run = imported(by=dana, routes=False)
    assert "Route its 2 leads" in client.get(page(run)).content.decode()
    client.post(page(run, "route"))
    worked(run)
    assert Lead.objects.filter(status="assigned").count() == 2


def test_what_was_withdrawn_is_out_of_the_list_until_it_is_asked_for(client: Client, dana) -> None:
    gone = lead(status="withdrawn", is_open=False, first_name="Gone", team=team_of("ours", managers=(dana,)))
    leads = reverse("admin:routing_lead_changelist")
    assert "Gone" not in client.get(leads).content.decode()
    assert "Gone" in client.get(leads, {"status__exact": "withdrawn"}).content.decode()
    assert client.get(reverse("admin:routing_lead_change", args=[gone.pk])).status_code == 200


def test_the_page_costs_the_same_with_two_rows_and_with_fifty(client: Client, dana) -> None:
    for make in (checked, imported):
        costs = []
        for count in (2, 60):
            run = make(many(count), by=dana, name=f"{make.__name__}{count}.csv", of=source(f"s{count}{make.__name__}"))
            with CaptureQueriesContext(connection) as queries:
                assert len(client.get(page(run)).context["rows"]) == min(count, 50)
            costs.append(len(queries))
            Lead.objects.update(is_open=False)
        assert costs[0] == costs[1]


@pytest.fixture
def others(client: Client, dana) -> SimpleNamespace:
    """Dana's import, and everybody who may not touch it."""
    return SimpleNamespace(
        run=checked(by=dana),
        rep=in_role("lara", "rep"),
        analyst=in_role("nora", "analyst", is_staff=True),
        manager=in_role("stefan", "manager"),
    )


@pytest.mark.parametrize("who", ["rep", "analyst", "manager"])
def test_others_neither_see_nor_do_anything_with_it(client: Client, others, who) -> None:
    client.force_login(getattr(others, who))
    for name in ("change", "columns", "progress", "rejects", "undo"):
        answer = client.get(page(others.run, name))
        assert answer.status_code in (302, 403, 404)
        assert b"jane@clinic" not in answer.content
    for name in ("columns", "begin", "discard", "undo", "route"):
        assert client.post(page(others.run, name), {"field-0": "email"}).status_code in (302, 403, 404)
    assert fresh(others.run).state == "checked"
    if who != "manager":
        assert client.get(f"{LIST}add/").status_code in (302, 403)
        sent(client, THREE)
    assert ImportRun.objects.count() == 1
    assert not Capture.objects.exists()


def test_nothing_is_done_by_following_a_link(client: Client, dana) -> None:
    run = checked(by=dana)
    for name in ("begin", "discard", "route"):
        assert client.get(page(run, name)).status_code == 405
    assert fresh(run).state == "checked"
