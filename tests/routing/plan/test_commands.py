"""load_plan, dump_plan, check_plan and plan_schema as an operator calls them."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from routing.models import PlanVersion, Rep, Rule, Team

pytestmark = pytest.mark.django_db

ACME = Path(__file__).parent / "acme.yaml"


def run(*arguments: str) -> tuple[str, str]:
    """What a command prints, and what it says on standard error."""
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def wrong(tmp_path: Path) -> str:
    file = tmp_path / "wrong.yaml"
    text = ACME.read_text(encoding="utf-8")
    file.write_text(text.replace("op: at_least, value: 1000", "op: is_like, value: 1000").replace("US-IL", "US-ILL"))
    return str(file)


def test_a_file_is_loaded_and_published_with_a_note() -> None:
    out, _ = run("load_plan", str(ACME), "--publish", "--note", "The first")
    assert out.splitlines() == ["People: changed.", "Plan: changed.", "In force: version 1."]
    assert PlanVersion.objects.get().note == "The first"
    out, _ = run("load_plan", str(ACME), "--publish")
    assert out.splitlines() == ["People: as they were.", "Plan: as it was.", "In force: version 1."]


def test_without_publish_the_plan_is_only_drafted() -> None:
    run("load_plan", str(ACME))
    assert Rule.objects.exists()
    assert not PlanVersion.objects.exists()


def test_every_error_is_named_by_place_on_standard_error_and_nothing_is_written(tmp_path: Path) -> None:
    err = StringIO()
    with pytest.raises(CommandError, match="2 errors; nothing was written"):
        call_command("load_plan", wrong(tmp_path), "--publish", stderr=err)
    places = [line.partition(": ")[0] for line in err.getvalue().splitlines()]
    assert places == ["calendars.chicago.holidays", "rules[0].when.all[0].op"]
    assert not Rep.objects.exists()
    assert not Team.objects.exists()
    assert not Rule.objects.exists()


def test_a_file_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.yaml cannot be read"):
        run("load_plan", "nowhere.yaml")


def test_what_is_dumped_can_be_loaded(tmp_path: Path) -> None:
    run("load_plan", str(ACME))
    printed, _ = run("dump_plan")
    file = tmp_path / "dumped.yaml"
    run("dump_plan", "--out", str(file))
    assert file.read_text(encoding="utf-8") == printed
    out, _ = run("load_plan", str(file), "--prune")
    assert out.splitlines() == ["People: as they were.", "Plan: as it was."]


def test_a_version_is_dumped_with_the_people_of_today() -> None:
    run("load_plan", str(ACME), "--publish")
    Rule.objects.filter(slug="everything-else").update(name="All the rest")
    Rep.objects.filter(username="laura").update(name="Laura Weiss")
    text, _ = run("dump_plan", "--version", "1")
    assert "Everything else" in text
    assert "All the rest" not in text
    assert "Laura Weiss" in text
    with pytest.raises(CommandError, match="no version 2"):
        run("dump_plan", "--version", "2")


def test_check_plan_says_one_finding_a_line_and_fails_on_errors(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("check_plan", wrong(tmp_path))
    assert ended.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["error", "error"]
    assert not Rep.objects.exists()


def test_check_plan_looks_at_the_draft_where_no_file_is_given() -> None:
    run("load_plan", str(ACME))
    out, _ = run("check_plan")
    assert not any(line.startswith("error:") for line in out.splitlines())
    Team.objects.filter(slug="general").update(archived_at="2026-01-05T00:00:00Z")
    with pytest.raises(SystemExit):
        run("check_plan")


def test_the_kept_schema_is_the_present_one() -> None:
    run("plan_schema", "--check")


def test_an_old_schema_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "schema.json"
    run("plan_schema", "--out", str(file))
    run("plan_schema", "--check", str(file))
    file.write_text("{}")
    with pytest.raises(CommandError, match="not the present schema"):
        run("plan_schema", "--check", str(file))
