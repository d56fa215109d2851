"""What is typed for an import: the file with how it comes in, and what each of its columns is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.http import QueryDict

from routing.engine.fields import ATTRIBUTE_PREFIX
from routing.intake.columns import SAMPLES_SHOWN, Guess
from routing.intake.mapping import IGNORED, attribute_name
from routing.models import ImportRun, Source

from .base import Choose

ATTRIBUTE: Final = "attribute"


class UploadForm(forms.Form):
    """A file of leads, whose they are, and what happens to them."""

    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"class": "lo-input", "accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text="CSV in any common encoding and delimiter, or XLSX; up to 20 MB and 100,000 rows. The first line of "
        "the table names its columns.",
    )
    source = forms.ModelChoiceField(
        queryset=Source.objects.filter(active=True).order_by("name", "pk"),
        widget=Choose,
        empty_label="Choose a source",
        help_text="Where these leads come from. What you call its columns is remembered for the next file.",
    )
    routes = forms.BooleanField(
        label="Route the leads",
        required=False,
        initial=True,
        help_text="Off: they lie there unrouted until you say so, or hand them out.",
    )
    starts_sla = forms.BooleanField(
        label="Start response times",
        required=False,
        help_text="On: respond-within clocks run for them as for leads that come in live.",
    )


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column as the page shows it: what is chosen for it, and what is wrong with that."""

    place: int
    header: str
    samples: list[str]
    field: str
    name: str
    remembered: bool
    error: str = ""


def chosen(run: ImportRun, sent: QueryDict) -> dict[str, str]:
    """The field of each column, as it was sent."""
    found = {}
    for place, header in enumerate(run.headers):
        field = sent.get(f"field-{place}", "").strip()
        if field == ATTRIBUTE:
            field = ATTRIBUTE_PREFIX + sent.get(f"name-{place}", "").strip()
        found[header] = field
    return found


def column_rows(run: ImportRun, guesses: Mapping[str, Guess], wrong: Mapping[str, str]) -> list[ColumnRow]:
    """The columns in the file's order."""
    return [
        ColumnRow(
            place=place,
            header=header,
            samples=run.samples[place][:SAMPLES_SHOWN],
            field=ATTRIBUTE if (is_attribute := guess.field.startswith(ATTRIBUTE_PREFIX)) else guess.field or IGNORED,
            name=guess.field.removeprefix(ATTRIBUTE_PREFIX) if is_attribute else attribute_name(header),
            remembered=guess.remembered,
            error=wrong.get(header, ""),
        )
        for place, header in enumerate(run.headers)
        for guess in [guesses[header]]
    ]
