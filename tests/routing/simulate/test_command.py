"""`manage.py simulate` from end to end: the same bytes, times, cells, and errors that say where."""

from __future__ import annotations

import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[3]
HEADER = "id,outcome,rule,team,delivery,rep,territory,score,band,reason"

PLAN = """
plan: 1
name: Acme
calendars:
  chicago: {timezone: America/Chicago, hours: {mon-fri: "09:00-17:00"}}
reps:
  laura: {name: Laura, email: laura@acme.example, caps: {hour: 2}}
  daniel: {name: Daniel, email: daniel@acme.example}
teams:
  inside: {name: Inside, managers: [], members: [laura, daniel]}
rules:
  - slug: office
    name: In office hours
    when: {all: [{field: captured_at, op: within_hours, value: chicago}]}
    to: inside
  - {name: Everything else, to: inside, delivery: claim}
returning: off
"""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN)
    return path


def run(plan: Path, leads: str | bytes, **options: Any) -> list[str]:
    """The lines that come out, without the header."""
    path = plan.with_name("leads.csv")
    path.write_bytes(leads if isinstance(leads, bytes) else leads.encode())
    out = StringIO()
    call_command("simulate", plan=str(plan), leads=str(path), stdout=out, **options)
    header, *lines = out.getvalue().splitlines()
    assert header == HEADER
    return lines


def refusal(plan: Path, leads: str | bytes, **options: Any) -> str:
    with pytest.raises(CommandError) as refused:
        run(plan, leads, **options)
    return str(refused.value)


OFFICE = "assigned,office,inside,assign,{},,0,cold,round_robin"
POOL = "pooled,everything-else,inside,claim,,,0,cold,pooled"


def test_the_same_call_gives_the_same_bytes_in_a_process_of_its_own_and_with_another_hash_seed(
    plan: Path, tmp_path: Path
) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("id,email,company\n" + "".join(f"{n},p{n % 7}@x{n % 5}.example,C{n % 3}\n" for n in range(200)))
    outputs = []
    for seed in ("1", "2"):
        out = tmp_path / f"out-{seed}.csv"
        done = subprocess.run(
            [sys.executable, "manage.py", "simulate", "--plan", plan, "--leads", leads, "--out", out],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "DATABASE_URL": f"sqlite:///{tmp_path}/there-is-none.sqlite3"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        outputs.append(out.read_bytes())
    assert outputs[0] == outputs[1]
    assert outputs[0].startswith(f"{HEADER}\n0,".encode())
    assert outputs[0].count(b"\n") == 201
    assert b"\r" not in outputs[0]
    assert not (tmp_path / "there-is-none.sqlite3").exists()


def test_leads_arrive_one_a_second_from_monday_nine_in_chicago(plan: Path) -> None:
    assert run(plan, "id\na\nb\nc\n") == [
        "a," + OFFICE.format("laura"),
        "b," + OFFICE.format("daniel"),
        "c," + OFFICE.format("laura"),
    ]


@pytest.mark.parametrize(
    ("options", "outcomes"),
    [
        ({"start": "2026-01-05T14:59:59Z"}, "poo ass ass"),
        ({"start": "2026-01-05T14:59:59"}, "poo ass ass"),
        ({"start": "2026-01-05T08:59:59-06:00"}, "poo ass ass"),
        ({"start": "2026-01-05"}, "poo poo poo"),
        ({"start": "2026-01-05T22:00:00Z", "every": "1800"}, "ass ass poo"),
        ({"start": "2026-01-05T22:59:59Z", "every": "0.5"}, "ass ass poo"),
        ({"start": "2026-01-05T22:59:59Z", "every": "0"}, "ass ass ass"),
    ],
    ids=str,
)
def test_start_and_every_say_when_they_arrive(plan: Path, options: dict[str, str], outcomes: str) -> None:
    lines = run(plan, "id\na\nb\nc\n", **options)
    assert " ".join(line.split(",")[1][:3] for line in lines) == outcomes


def test_a_time_column_says_so_too_naive_times_are_utc_and_a_date_its_midnight(plan: Path) -> None:
    lines = run(
        plan,
        "id,came_at\na,2026-01-05\nb,2026-01-05T14:59:59\nc,2026-01-05T09:00:00-06:00\nd,2026-01-05 15:00\n",
        time_column="came_at",
    )
    assert [line.split(",")[1] for line in lines] == ["pooled", "pooled", "assigned", "assigned"]


def test_the_column_captured_at_is_ignored_but_may_be_the_time(plan: Path) -> None:
    leads = "id,captured_at\na,2026-01-04\n"
    assert run(plan, leads) == ["a," + OFFICE.format("laura")]
    assert run(plan, leads, time_column="captured_at") == ["a," + POOL]


def test_computed_columns_are_ignored(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    asked = (
        "{field: score, op: at_least, value: 50}",
        "{field: territory, op: is_set}",
        "{field: free_mail, op: is_set}",
    )
    when = f"{{any: [{', '.join(asked)}]}}"
    plan.write_text(PLAN.replace("{all: [{field: captured_at, op: within_hours, value: chicago}]}", when))
    lines = run(plan, "id,score,band,territory,email_domain,free_mail\na,99,hot,texas,acme.example,no\n")
    assert lines == ["a," + POOL]


def test_a_lead_without_an_id_is_called_by_its_place_and_blank_lines_are_no_leads(plan: Path) -> None:
    lines = run(plan, "company\nAcme\n\nBeta\n")
    assert [line.split(",")[0] for line in lines] == ["0", "1"]
    assert [line.split(",")[0] for line in run(plan, 'id,company\n,A\nx,B\n" ",C\n')] == ["0", "x", "2"]


def test_blank_cells_are_unset_a_short_row_too_and_the_stage_is_new_unless_given(tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    when = """
      all:
        - {field: company_size, op: is_not_set}
        - {field: industry, op: is_not_set}
        - {field: attributes.tier, op: is_not_set}
        - {field: stage, op: is, value: new}"""
    plan.write_text(PLAN.replace("{all: [{field: captured_at, op: within_hours, value: chicago}]}", when))
    leads = 'id,company_size,industry,stage,attributes.tier\na,," ",,\nb\nc,n/a\nd,5\ne,,x\nf,,,won\ng,,,,gold\n'
    outcomes = [line.split(",")[1] for line in run(plan, leads)]
    assert outcomes == ["assigned"] * 3 + ["pooled"] * 4


def test_a_file_of_no_leads_gives_the_header_alone(plan: Path) -> None:
    assert run(plan, "id,company\n") == []


def test_a_byte_order_mark_and_windows_line_ends_are_no_matter(plan: Path) -> None:
    assert run(plan, b'\xef\xbb\xbfid,company\r\na,"Acme,\r\nInc"\r\n') == ["a," + OFFICE.format("laura")]


@pytest.mark.parametrize(
    ("leads", "options", "words"),
    [
        ("", {}, ["empty"]),
        ("id,colour,size\na,red,1\n", {}, ["line 1", "'colour', 'size'", "no such field"]),
        ("id,id\na,b\n", {}, ["line 1", "'id'", "twice"]),
        ("id\na\nb,c\n", {}, ["line 3", "2 cells under 1 header"]),
        ('id,company\na,"x\ny"\nb,c,d\n', {}, ["line 4", "3 cells"]),
        ('id,company\na,"x\n', {}, ["line 2"]),
        ("id,t\na,2026-01-05\nb,2026-01-04\n", {"time_column": "t"}, ["line 3", "t goes back"]),
        ("id,t\na,2026-01-05T12:00+02:00\nb,2026-01-05T10:30+01:00\n", {"time_column": "t"}, ["line 3", "goes back"]),
        ("id,t\na,yesterday\n", {"time_column": "t"}, ["line 2", "'yesterday'", "no date"]),
        ("id,t\na,\n", {"time_column": "t"}, ["line 2", "''"]),
        ("id,t\na\n", {"time_column": "t"}, ["line 2"]),
        ("id\na\n", {"time_column": "t"}, ["line 1", "no column 't'"]),
        (b"id,company\na,Caf\xe9\n", {}, ["not UTF-8"]),
        ("id\na\n", {"start": "soon"}, ["--start", "'soon'"]),
        ("id\na\n", {"every": "often"}, ["--every", "'often'"]),
        ("id\na\n", {"every": "-1"}, ["--every", "'-1'"]),
        ("id\na\nb\n", {"every": "1e300"}, ["line 3", "out of range"]),
    ],
)
def test_a_file_that_cannot_be_simulated_is_refused_with_its_place(
    plan: Path, leads: str | bytes, options: dict[str, str], words: list[str]
) -> None:
    said = refusal(plan, leads, **options)
    assert all(word in said for word in words), said


def test_a_missing_file_is_named(plan: Path, tmp_path: Path) -> None:
    leads = tmp_path / "leads.csv"
    leads.write_text("id\n")
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file"):
        call_command("simulate", plan=str(plan), leads=str(tmp_path / "nowhere.csv"))
    with pytest.raises(CommandError, match=r"nowhere\.yaml: No such file"):
        call_command("simulate", plan=str(tmp_path / "nowhere.yaml"), leads=str(leads))


def test_a_plan_with_errors_is_refused_with_all_of_them(plan: Path) -> None:
    plan.write_text(PLAN.replace("within_hours", "is_like").replace("to: inside, delivery", "to: nobody, delivery"))
    said = refusal(plan, "id\na\n")
    assert "rules[0].when.all[0].op" in said
    assert "is_like" in said
    assert "nobody" in said


def test_what_is_refused_writes_no_file_and_says_so_on_standard_error_with_status_1(plan: Path, tmp_path: Path) -> None:
    leads, out = tmp_path / "leads.csv", tmp_path / "out.csv"
    leads.write_text("id\na\nb,c\n")
    done = subprocess.run(
        [sys.executable, "manage.py", "simulate", "--plan", plan, "--leads", leads, "--out", out],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "line 3" in done.stderr
    assert "Traceback" not in done.stderr
    assert not out.exists()
