"""Forms whose values are read by the readers of the plan file, so that neither accepts what the other refuses."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django import forms

from routing.plan.document import decisions
from routing.plan.document.finding import Findings

from ..conditions import ConditionsField, place_in_words


class ReadLikeTheFile(forms.ModelForm):
    """One item of the plan file as a form.

    `columns` says which form field holds what the file calls so; fields of columns get the canonical value.
    """

    columns: ClassVar[dict[str, str]] = {}

    def as_written(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The item as the file would write it."""
        item: dict[str, Any] = {}
        for place, field in self.columns.items():
            within = item
            *parents, last = place.split(".")
            for parent in parents:
                within = within.setdefault(parent, {})
            within[last] = values.get(field)
        return item

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        """The canonical item; what is wrong goes to `found`, at places inside the item."""
        raise NotImplementedError

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.errors:
            return values
        found = Findings()
        item = self.read(self.as_written(values), found)
        for finding in found.all:
            if finding.is_error:
                field, where = self._field_at(finding.place)
                if where and isinstance(self.fields.get(field or ""), ConditionsField):
                    where = place_in_words(where)
                self.add_error(field, f"{where}: {finding.message}" if where else finding.message)
        if not self.errors:
            values.update(self._canonical(item, values))
        return values

    def _field_at(self, place: str) -> tuple[str | None, str]:
        """The form field that a place belongs to, and the rest of the place."""
        for name in sorted(self.columns, key=len, reverse=True):
            if place.startswith(name):
                return self.columns[name], place.removeprefix(name).lstrip(".")
        return None, place

    def _canonical(self, item: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        result = {}
        for place, field in self.columns.items():
            value = item
            for key in place.split("."):
                value = value.get(key) if isinstance(value, dict) else None
            if isinstance(values.get(field), list | dict) and value is not None:
                result[field] = value
        return result


class SluggedForm(ReadLikeTheFile):
    """Something with a short name that stays; left blank, it is made from the name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Stays as it is when the name changes. Blank: made from the name."

    def clean_slug(self) -> str:
        slug = self.cleaned_data.get("slug") or ""
        if slug:
            return slug
        made = decisions.slug_from(self.cleaned_data.get("name") or "")[:70] or self._meta.model.__name__.lower()
        taken = set(self._meta.model._default_manager.values_list("slug", flat=True))
        return next(one for one in _numbered(made) if one not in taken)


class ListedItemForm(SluggedForm):
    """An item of one of the plan's lists. A name it must have."""

    def listed(self, item: dict[str, Any], found: Findings) -> list[Any]:
        """The list with this item alone, read."""
        raise NotImplementedError

    def read(self, item: dict[str, Any], found: Findings) -> Any:
        inner = Findings()
        items = self.listed({"name": "x", "slug": "x", **item}, inner)
        for finding in inner.all:
            found.error(finding.place.partition("].")[2], finding.message)
        return items[0] if items else {}


def _numbered(slug: str) -> Iterator[str]:
    """A slug, and the same with a number behind it."""
    yield slug
    for number in range(2, 10_000):
        yield f"{slug}-{number}"
