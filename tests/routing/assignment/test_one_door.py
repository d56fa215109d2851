"""Nothing but the one door writes an owner: read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
WINGS = ("routing", "reps", "reports", "leadops")
OWNER = ("owner", "owner_id")
WRITES = ("update", "create", "acreate", "get_or_create", "update_or_create", "Lead", "save", "bulk_update")


def sources() -> Iterator[Path]:
    for wing in WINGS:
        for file in sorted((ROOT / wing).rglob("*.py")):
            inside = file.relative_to(ROOT)
            if "migrations" not in inside.parts and inside.parts[:2] != ("routing", "assignment"):
                yield file


def owner_writes(text: str) -> list[int]:
    """The lines on which a program sets an owner: an attribute, an argument of something that writes, a column."""
    lines = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Assign(targets=targets):
                lines += [node.lineno for target in targets for one in parts(target) if is_owner_attribute(one)]
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target) if is_owner_attribute(target):
                lines.append(node.lineno)
            case ast.Call(func=function, args=arguments, keywords=keywords) if name_of(function) in WRITES:
                named = [keyword.arg for keyword in keywords]
                given = [
                    each.value
                    for part in [*arguments, *(keyword.value for keyword in keywords)]
                    for each in ast.walk(part)
                    if isinstance(each, ast.Constant)
                ]
                if set(OWNER) & {*named, *[value for value in given if isinstance(value, str)]}:
                    lines.append(node.lineno)
            case ast.Call(func=ast.Name(id="setattr"), args=[_, ast.Constant(value=name), *_]) if name in OWNER:
                lines.append(node.lineno)
    return lines


def parts(target: ast.expr) -> list[ast.expr]:
    return (
        [one for each in target.elts for one in parts(each)] if isinstance(target, ast.Tuple | ast.List) else [target]
    )


def is_owner_attribute(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in OWNER


def name_of(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def in_the_demo(file: Path) -> bool:
    """The demo's past is made up whole, in a database that has no real leads: nobody's lead changes hands there."""
    return "demo" in file.relative_to(ROOT).parts


def test_no_line_outside_the_one_door_writes_an_owner():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sources()
        if not in_the_demo(file)
        for line in owner_writes(file.read_text())
    ]
    assert found == []


def test_the_door_itself_does_write_it():
    doors = (ROOT / "routing" / "assignment").glob("*.py")
    assert any(owner_writes(file.read_text()) for file in doors)


@pytest.mark.parametrize(
    "line",
    [
        "lead.owner = rep",
        "lead.owner_id = 3",
        "lead.team, lead.owner = team, rep",
        "Lead.objects.filter(pk=1).update(owner=rep)",
        "Lead.objects.filter(pk=1).update(**{'owner_id': 3})",
        "Lead.objects.create(owner=rep)",
        "Lead(owner_id=3)",
        "bulk.update(Lead, ['owner_id'], rows)",
        "Lead.objects.bulk_update(leads, fields=['owner'])",
        "setattr(lead, 'owner', rep)",
    ],
)
def test_this_would_be_seen(line):
    assert owner_writes(line) == [1]


@pytest.mark.parametrize("line", ["owner = lead.owner", "Lead.objects.filter(owner=rep).exists()", "tell(owner=rep)"])
def test_reading_it_is_no_writing(line):
    assert owner_writes(line) == []
