"""Small lists as rows of a form, with blank rows to add to: steps, skills, mappings, hours. No one types JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict

from .conditions import PageWidget, from_lines, in_lines

Choices = Iterable[tuple[str, str]]
SPARE = 2


@dataclass(frozen=True, slots=True)
class Column:
    """One input of each row. With `choices`, a list to choose from; `suggestions` are offered while typing."""

    name: str
    label: str
    choices: Callable[[], Choices] | None = None
    suggestions: Callable[[], Iterable[str]] | None = None
    kind: str = "text"
    placeholder: str = ""


class RowsWidget(PageWidget):
    """Rows of inputs."""

    template_name = "admin/widgets/rows.html"

    def __init__(self, columns: Sequence[Column], *, add: str, fixed: bool = False) -> None:
        super().__init__()
        self.columns = columns
        self.add = add
        self.fixed = fixed

    class Media:
        js = ("leadops/admin.js",)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value) if isinstance(value, list) else []
        choices = {column.name: [("", "—"), *column.choices()] for column in self.columns if column.choices is not None}
        suggested = {
            column.name: list(column.suggestions()) for column in self.columns if column.suggestions is not None
        }

        def shown(number: int | str, row: Mapping[str, Any]) -> dict[str, Any]:
            return {
                "number": number,
                "inputs": [
                    {
                        "column": column,
                        "name": f"{name}-{number}-{column.name}",
                        "value": row.get(column.name, ""),
                        "choices": _with(choices.get(column.name), row.get(column.name, "")),
                        "list": f"{name}-{column.name}-list" if column.name in suggested else "",
                    }
                    for column in self.columns
                ],
            }

        listed = [shown(number, row) for number, row in enumerate(rows)]
        spare = [] if self.fixed else [shown(len(rows) + extra, {}) for extra in range(SPARE)]
        context["rows"] = {
            "name": name,
            "columns": self.columns,
            "listed": listed,
            "spare": spare,
            "blank": shown("__row__", {}),
            "add": self.add,
            "fixed": self.fixed,
            "suggested": {f"{name}-{column}-list": values for column, values in suggested.items()},
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> Any:
        if f"{name}-rows" not in data:
            return data.get(name)
        start = f"{name}-"
        numbers = {key.removeprefix(start).partition("-")[0] for key in data if key.startswith(start)}
        rows = []
        for number in sorted(int(one) for one in numbers if one.isascii() and one.isdigit()):
            row = {column.name: data.get(f"{name}-{number}-{column.name}", "").strip() for column in self.columns}
            if self.fixed or any(row.values()):
                rows.append(row)
        return rows

    def value_omitted_from_data(self, data: Mapping[str, Any], files: MultiValueDict[str, Any], name: str) -> bool:
        return f"{name}-rows" not in data and name not in data


def _with(choices: list[tuple[str, str]] | None, value: Any) -> list[tuple[str, str]] | None:
    """The choices, with what is there already among them, whatever it is."""
    if choices is None or any(str(value) == key for key, _ in choices):
        return choices
    return [*choices, (str(value), str(value))]


class RowsField(forms.Field):
    """A list or mapping of the canonical document, typed as rows. `to_rows` and `from_rows` translate."""

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        to_rows: Callable[[Any], list[dict[str, Any]]],
        from_rows: Callable[[list[dict[str, str]]], Any],
        add: str = "Add a row",
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(widget=RowsWidget(columns, add=add, fixed=fixed), required=False, **kwargs)
        self.to_rows = to_rows
        self.from_rows = from_rows

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list) and all(isinstance(row, dict) and _is_typed(row, self) for row in value) and value:
            return value
        return self.to_rows(value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            try:
                return json.loads(value) if value.strip() else self.from_rows([])
            except ValueError as error:
                raise forms.ValidationError("This cannot be read.") from error
        return self.from_rows(value or [])

    def has_changed(self, initial: Any, data: Any) -> bool:
        return True


def _is_typed(row: Mapping[str, Any], field: RowsField) -> bool:
    """Whether a row comes from the form: exactly its columns, all of them text."""
    columns = {column.name for column in field.widget.columns}
    return row.keys() == columns and all(isinstance(value, str) for value in row.values())


class LinesField(forms.Field):
    """A list of short texts, one on a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return in_lines(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        text = str(value or "")
        if text.lstrip().startswith("["):
            try:
                return list(json.loads(text))
            except ValueError as error:
                raise forms.ValidationError("This cannot be read.") from error
        return from_lines(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != self.to_python(data)
