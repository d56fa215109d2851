"""What is in a raw export: whose leads, which columns, which period, and that the importer reads it."""

from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reports.exports.asked import Asked
from reports.exports.sheets import SHEETS
from routing.access import CONTACT
from routing.intake.importing import import_leads
from routing.models import Lead, Team
from tests.cast import MONDAY_MORNING, lead_of, source
from tests.reports.exports.conftest import called
from tests.reports.exports.reading import body, browser, rows

ALL = {"One", "Two", "Three"}


@pytest.mark.parametrize(
    ("who", "leads", "reps"),
    [
        ("olga", ALL, ["laura", "omar"]),
        ("nora", ALL, ["laura", "omar"]),
        ("dana", {"One", "Three"}, ["laura"]),
        ("laura", {"One"}, ["laura"]),
        ("omar", {"Two"}, ["omar"]),
        ("emma", set(), []),
    ],
)
def test_ops_and_analysts_get_all_managers_their_teams_reps_their_own(house: SimpleNamespace, who, leads, reps):
    client = browser(house.users[who])
    assert {row["company"] for row in rows(client, "leads")} == leads
    assert [row["rep"] for row in rows(client, "assignments")] == reps
    assert [row["rep"] for row in rows(client, "activities")] == reps


def test_an_analyst_gets_no_column_that_says_who_a_lead_is(house):
    client = browser(house.users["nora"])
    header = set(rows(client, "leads")[0])
    assert not header & set(CONTACT)
    assert not [name for name in header if name.startswith("attributes")]
    assert {"company", "source", "owner", "won_at"} <= header
    assert "body" not in rows(client, "activities")[0]
    assert "note" not in rows(client, "assignments")[0]
    everything = b"".join(body(client, slug) for slug in SHEETS)
    assert not any(told in everything for told in (b"Ada", b"ada@", b"Zoe", b"size of team", b"spoke"))


def test_an_analyst_who_manages_a_team_gets_all_still_and_nobodys_details(house):
    Team.objects.get(slug="outside").managers.add(house.users["nora"])
    found = rows(browser(house.users["nora"]), "leads")
    assert {row["company"] for row in found} == ALL
    assert "first_name" not in found[0]


def test_what_was_asked_of_the_database_for_an_analyst_held_no_contact_details(house):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        body(browser(house.users["nora"]), "leads")
    read = [query["sql"] for query in asked if "LIMIT 2000" in query["sql"]]
    assert read
    assert not [sql for sql in read for name in ("email", "phone", "last_name", "attributes") if f'"{name}"' in sql]


def test_who_has_no_leads_and_no_reports_gets_no_export(house, client):
    stranger = house.users["emma"]
    house.emma.delete()
    client.force_login(type(stranger).objects.get(pk=stranger.pk))
    for address in ("", "leads.csv", "activities.csv"):
        assert client.get(f"/reports/exports/{address}").status_code == 403


def test_withdrawn_leads_are_nowhere(house):
    called(house.gone, house.laura)
    client = browser(house.users["olga"])
    assert "Gone" not in body(client, "leads").decode()
    assert str(house.gone.pk) not in {row["lead"] for row in rows(client, "activities")}


def test_days_are_the_viewers(house):
    dana = house.users["dana"]
    dana.timezone = "America/Chicago"
    dana.save()
    for at in ("2026-02-03T05:59:59", "2026-02-03T06:00:00", "2026-02-04T05:59:59", "2026-02-04T06:00:00"):
        moment = timezone.datetime.fromisoformat(f"{at}+00:00")
        called(lead_of(house.emma, team=house.inside, captured_at=moment, assigned_at=moment), house.emma, at=moment)
    client, day = browser(dana), {"since": "2026-02-03", "until": "2026-02-03"}
    within = ["2026-02-03T06:00:00+00:00", "2026-02-04T05:59:59+00:00"]
    assert [row["captured_at"] for row in rows(client, "leads", **day)] == within
    assert [row["assigned_at"] for row in rows(client, "assignments", **day)] == within
    assert [row["at"] for row in rows(client, "activities", **day)] == within


def test_a_period_that_ends_before_it_begins_is_told(house):
    answer = browser(house.users["dana"]).get("/reports/exports/leads.csv?since=2026-02-03&until=2026-02-01")
    assert answer.status_code == 422
    assert "It ends before it begins." in answer.content.decode()


def test_they_are_filtered_by_team_and_source(house):
    fair = lead_of(house.laura, team=house.inside, company="Fair", source=source("fair"))
    called(fair, house.laura)
    client = browser(house.users["olga"])
    assert [row["company"] for row in rows(client, "leads", source="fair")] == ["Fair"]
    assert [row["company"] for row in rows(client, "leads", team="outside")] == ["Two"]
    for slug in ("assignments", "activities"):
        assert [row["lead"] for row in rows(client, slug, source="fair")] == [str(fair.pk)]
        assert [row["rep"] for row in rows(client, slug, team="outside")] == ["omar"]


def test_what_is_written_of_a_call_and_an_assignment(house):
    client = browser(house.users["laura"])
    (one,) = rows(client, "activities")
    assert (one["kind"], one["direction"], one["outcome"], one["seconds"]) == ("call", "out", "reached", "60")
    assert (one["rep_name"], one["team"], one["self_reported"]) == ("Laura Ortiz", "inside", "yes")
    assert one["at"] == "2026-01-05T15:00:00+00:00"
    assert one["body"] == "spoke with Ada"
    (one,) = rows(client, "assignments")
    assert (one["method"], one["rep_name"], one["ended_at"]) == ("assign", "Laura Ortiz", "")
    assert one["assigned_at"] == "2026-01-05T15:00:00+00:00"


def test_the_file_of_leads_is_brought_in_again_as_it_was(house, tmp_path: Path):
    Lead.objects.filter(pk=house.hers.pk).update(
        first_name="=Ada;-1", job_title="+CEO", city="'s-Hertogenbosch", company="'=One", external_id="-5", budget=1.234
    )
    file = tmp_path / "leads.csv"
    file.write_bytes(body(browser(house.users["laura"]), "leads", bom="on"))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    before = Lead.objects.get(pk=house.hers.pk)
    Lead.objects.all().delete()
    assert str(import_leads(file, source=source("again"))) == "read 1, created 1, duplicates 0, rejected 0"
    after = Lead.objects.get()
    for name in ("first_name", "job_title", "city", "company", "external_id", "email", "budget", "company_size"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.captured_at == MONDAY_MORNING
    assert after.attributes == {"size of team": "-5", "b;=1": "x"}


@pytest.mark.parametrize("slug", SHEETS)
def test_the_cost_does_not_grow_with_the_rows(house, slug, django_assert_max_num_queries):
    client = browser(house.users["olga"])
    with CaptureQueriesContext(connection) as few:
        body(client, slug)
    for _ in range(25):
        called(lead_of(house.laura, team=house.inside), house.laura)
    with django_assert_max_num_queries(len(few)):
        assert len(rows(client, slug)) >= 25


def test_pages_of_keys_leave_nobody_out(house, monkeypatch):
    monkeypatch.setattr("reports.exports.sheets.AT_ONCE", 2)
    made = [lead_of(house.laura, team=house.inside).pk for _ in range(5)]
    sheet, asked = SHEETS["leads"], Asked()
    written = sheet.written_for(house.users["olga"], asked)
    found = [line[0] for line in written.lines(sheet.rows_for(house.users["olga"], asked))]
    assert found == sorted([house.hers.pk, house.his.pk, house.lying.pk, *made])


def test_a_source_that_makes_up_names_makes_no_file_without_end(house, monkeypatch):
    monkeypatch.setattr("routing.lead_sheet.MOST_NAMES", 2)
    Lead.objects.filter(pk=house.his.pk).update(attributes={"a": "1", "c": "3"})
    Lead.objects.filter(pk=house.lying.pk).update(attributes={"a": "2", "c": "3", "d": "4"})
    found = {row["company"]: row for row in rows(browser(house.users["olga"]), "leads")}
    assert [name for name in found["Two"] if "attributes" in name] == [
        "attributes.a",
        "attributes.c",
        "more_attributes",
    ]
    assert (found["Two"]["attributes.a"], found["Two"]["more_attributes"]) == ("1", "")
    assert found["Three"]["more_attributes"] == '{"d": "4"}'
