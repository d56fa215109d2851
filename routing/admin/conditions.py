"""Conditions as rows of a form: field, operator, value; groups one level down; whatever is deeper is shown and kept.

The form works without JavaScript (blank rows are there to be filled in). With it, each row offers the operators and
the widget that fit its field. What is typed is put together as the plan file would say it, and read by its reader.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

from routing.engine import sentences
from routing.engine.fields import (
    ATTRIBUTE_PREFIX,
    FIELDS,
    OPERATORS,
    OPERATORS_OF,
    WITH_CALENDAR,
    WITH_LIST,
    WITHOUT_VALUE,
    Kind,
)
from routing.models import Calendar, Source, Stage, Territory
from routing.plan.document.conditions import GROUPS

ATTRIBUTE: Final = "attribute"
"""What the list of fields says for a source's own attribute, whose name is typed beside it."""

GROUP_WORDS: Final = {"all": "all of these hold", "any": "at least one of these holds", "none": "none of these holds"}
SPARE_ROWS: Final = 2
SPARE_ROWS_OF_A_GROUP: Final = 1
BANDS: Final = ("hot", "warm", "cold")


class PageWidget(forms.Widget):
    """A widget whose template lies among the pages."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        return render_to_string(template_name, context)


class ConditionsWidget(PageWidget):
    """The rows. `bare`: a list that must all hold, as a territory has it, instead of a group of a chosen kind."""

    template_name = "admin/widgets/conditions.html"

    def __init__(self, *, bare: bool = False, unreadable: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.bare = bare
        self.unreadable = unreadable

    class Media:
        js = ("leadops/admin.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        kind, members = _opened(value)
        items = [_item(f"{name}-{place}", member) for place, member in enumerate(members)]
        items += [_blank(f"{name}-{len(members) + extra}") for extra in range(SPARE_ROWS)]
        items.append(_blank_group(f"{name}-{len(members) + SPARE_ROWS}"))
        fields = [(field.name, field.label) for field in FIELDS.values() if field.name not in self.unreadable]
        context["conditions"] = {
            "name": name,
            "bare": self.bare,
            "kind": kind,
            "kinds": GROUP_WORDS,
            "items": items,
            "fields": sorted(fields, key=lambda field: field[1]),
            "operators": OPERATORS,
            "blank": _blank(f"{name}-__row__"),
            "blank_group": _blank_group(f"{name}-__row__"),
        }
        context["fitting"] = fitting()
        context["fitting_id"] = f"{name}-fitting"
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        if f"{name}-rows" not in data:
            return data.get(name)
        members = list(_members(data, name))
        if self.bare:
            return members
        return {data.get(f"{name}-kind") or "all": members} if members else None

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return f"{name}-rows" not in data and name not in data


class ConditionsField(forms.Field):
    """A group of conditions, or a territory's list of them, as the canonical document holds it."""

    def __init__(self, *, bare: bool = False, unreadable: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        super().__init__(widget=ConditionsWidget(bare=bare, unreadable=unreadable), required=False, **kwargs)
        self.bare = bare

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = json.loads(value) if value.strip() else None
            except ValueError as error:
                raise forms.ValidationError("These conditions cannot be read.") from error
        return value or ([] if self.bare else None)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or None) != (data or None)


def fitting() -> dict[str, Any]:
    """For each field the operators that fit it and the values there are to choose from, for the script."""
    choices: dict[str, Any] = {
        "source": list(Source.objects.values_list("slug", "name")),
        "stage": list(Stage.objects.values_list("slug", "name")),
        "territory": list(Territory.objects.filter(archived_at=None).values_list("slug", "name")),
        "band": [(band, band) for band in BANDS],
    }
    return {
        "fields": {
            **{
                field.name: {
                    "kind": field.kind,
                    "operators": OPERATORS_OF[field.kind],
                    "choices": [("yes", "yes"), ("no", "no")]
                    if field.kind is Kind.YES_NO
                    else choices.get(field.name, []),
                }
                for field in FIELDS.values()
            },
            ATTRIBUTE: {"kind": Kind.ATTRIBUTE, "operators": OPERATORS_OF[Kind.ATTRIBUTE], "choices": []},
        },
        "calendars": [
            (slug, name or slug) for slug, name in Calendar.objects.filter(archived_at=None).values_list("slug", "name")
        ],
        "lists": sorted(WITH_LIST),
        "without": sorted(WITHOUT_VALUE),
        "hours": sorted(WITH_CALENDAR),
    }


def in_lines(values: list[Any]) -> str:
    """Values one on a line; one with a comma or a quote in it is quoted."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    for value in values:
        writer.writerow([value])
    return written.getvalue().removesuffix("\n")


def from_lines(text: str) -> list[str]:
    """Values from lines, or parted by commas within a line."""
    rows = csv.reader(io.StringIO(text.replace("\r\n", "\n")), skipinitialspace=True)
    return [value.strip() for row in rows for value in row if value.strip()]


def place_in_words(place: str) -> str:
    """A place inside a group, as a form's reader would say it: `all[0].value` is condition 1."""
    numbers = [int(part.partition("]")[0]) + 1 for part in place.split("[")[1:] if part.partition("]")[0].isdigit()]
    if not numbers:
        return "Conditions"
    words = ["condition"] if len(numbers) == 1 else [*["group"] * (len(numbers) - 1), "condition"]
    said = ", ".join(f"{word} {number}" for word, number in zip(words, numbers, strict=True))
    return said[:1].upper() + said[1:]


# --- from a document to rows ----------------------------------------------------------------------


def _opened(value: Any) -> tuple[str, list[Any]]:
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    if isinstance(value, list):
        return "all", value
    if isinstance(value, dict):
        for kind in GROUPS:
            if isinstance(value.get(kind), list):
                return kind, value[kind]
    return "all", []


def _item(prefix: str, member: Any, *, inner: bool = False) -> dict[str, Any]:
    if isinstance(member, dict) and "field" in member:
        return _row(prefix, member)
    if inner or not isinstance(member, dict):
        return {"is": "kept", "prefix": prefix, "json": json.dumps(member), "words": _in_words(member)}
    kind, members = _opened(member)
    rows = [_item(f"{prefix}-{place}", one, inner=True) for place, one in enumerate(members)]
    rows += [_blank(f"{prefix}-{len(members) + extra}") for extra in range(SPARE_ROWS_OF_A_GROUP)]
    return {"is": "group", "prefix": prefix, "kind": kind, "items": rows, "blank": _blank(f"{prefix}-__inner__")}


def _row(prefix: str, condition: dict[str, Any]) -> dict[str, Any]:
    field, op, value = condition.get("field") or "", condition.get("op") or "", condition.get("value")
    is_attribute = field.startswith(ATTRIBUTE_PREFIX)
    upper: Any = ""
    if isinstance(value, list) and op == "between" and len(value) == 2:
        value, upper = value
    elif isinstance(value, list):
        value = in_lines(value)
    return {
        "is": "condition",
        "prefix": prefix,
        "field": ATTRIBUTE if is_attribute else field,
        "attribute": field.removeprefix(ATTRIBUTE_PREFIX) if is_attribute else "",
        "op": op,
        "value": "" if value is None else value,
        "upper": upper,
    }


def _blank(prefix: str) -> dict[str, Any]:
    return {**_row(prefix, {}), "spare": True}


def _blank_group(prefix: str) -> dict[str, Any]:
    group = _item(prefix, {"any": []})
    return {**group, "spare": True, "items": [_blank(f"{prefix}-{place}") for place in range(2)]}


def _in_words(member: Any) -> str:
    try:
        return sentences.of_group(member)
    except (AttributeError, KeyError, TypeError, ValueError):
        return json.dumps(member)


# --- from rows to a document ----------------------------------------------------------------------


def _members(data: Mapping[str, Any], prefix: str) -> Iterator[Any]:
    """The members typed below a prefix, in the order of their numbers; blank rows are none."""
    start = f"{prefix}-"
    numbers = {key.removeprefix(start).partition("-")[0] for key in data if key.startswith(start)}
    for number in sorted(int(one) for one in numbers if one.isascii() and one.isdigit()):
        here = f"{prefix}-{number}"
        kind = data.get(f"{here}-is")
        if kind == "kept":
            yield _kept(data.get(f"{here}-kept", ""))
        elif kind == "group":
            members = list(_members(data, here))
            if members:
                yield {data.get(f"{here}-kind") or "all": members}
        elif (condition := _condition(data, here)) is not None:
            yield condition


def _kept(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return {"field": text}


def _condition(data: Mapping[str, Any], here: str) -> dict[str, Any] | None:
    field, op = data.get(f"{here}-field", "").strip(), data.get(f"{here}-op", "").strip()
    value = data.get(f"{here}-value", "").replace("\r\n", "\n")
    upper = data.get(f"{here}-upper", "")
    if field == ATTRIBUTE:
        field = f"{ATTRIBUTE_PREFIX}{data.get(f'{here}-attribute', '').strip()}"
    if not field and not value.strip():
        return None
    condition: dict[str, Any] = {"field": field, "op": op}
    if op in WITHOUT_VALUE:
        return condition
    if op in WITH_LIST:
        return {**condition, "value": from_lines(value)}
    if op == "between":
        return {**condition, "value": [value, upper]}
    return {**condition, "value": value}
