"""Which column of an uploaded file is which field: guessed, chosen by a person, and checked, column by column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from routing.engine.fields import ATTRIBUTE_PREFIX, COMPUTED, FIELDS, label_of
from routing.intake.headers import FULL_NAME, folded_header
from routing.intake.mapping import IGNORED, attribute_name, field_problem, guess_mapping
from routing.intake.normalise import normalise
from routing.intake.reading import WHO_IT_IS
from routing.models import ImportRun
from routing.own_files import no_facts

NOT_A_COLUMNS: Final = frozenset({"source", "stage"})
"""Said by the import itself, and the same for every row."""

CHOICES: Final = [
    *((name, label_of(name)) for name in FIELDS if name not in COMPUTED | NOT_A_COLUMNS),
    (FULL_NAME, "full name (first and last)"),
]
"""The fields that a column may be, in words."""

SAMPLES_SHOWN: Final = 3
ENOUGH: Final = 3
"""So few bad values say nothing of a column."""


class BadColumns(ValueError):
    """A choice that cannot be used: what is wrong with which column, and with all of them together."""

    def __init__(self, of: dict[str, str], whole: str = "") -> None:
        super().__init__(whole or "; ".join(of.values()))
        self.of = of
        self.whole = whole


@dataclass(frozen=True, slots=True)
class Guess:
    """What a column is thought to be, and whence: the last file of this source, the source, or its header."""

    field: str
    remembered: bool = False


def guesses(run: ImportRun) -> dict[str, Guess]:
    """For each column what it was in the last file of this source; else what its header says; else an attribute."""
    last = ImportRun.objects.filter(source=run.source).exclude(pk=run.pk).exclude(mapping={})
    before = last.order_by("-pk").values_list("mapping", flat=True).first() or {}
    remembered = {folded_header(column): field for column, field in before.items()}
    told = {folded_header(column): field for column, field in run.source.mapping.items()}
    left_out = no_facts(run.headers)
    recognised, _ = guess_mapping(header for header in run.headers if header not in left_out)
    found: dict[str, Guess] = {}
    for header in run.headers:
        if header in left_out:
            found[header] = Guess(IGNORED)
        elif known := remembered.get(folded_header(header)) or told.get(folded_header(header)):
            found[header] = Guess(known, remembered=True)
    taken = {guess.field for guess in found.values()}
    for header in run.headers:
        if header not in found:
            field = recognised.columns.get(header)
            is_free = field is not None and field not in taken | NOT_A_COLUMNS
            found[header] = Guess(field if field is not None and is_free else _attribute(header, found))
    return found


def _attribute(header: str, found: Mapping[str, Guess]) -> str:
    """The attribute that a column is kept as, another for each."""
    base = wanted = f"{ATTRIBUTE_PREFIX}{attribute_name(header)}"
    again, taken = 2, {guess.field for guess in found.values()}
    while wanted in taken:
        wanted = f"{base}_{again}"
        again += 1
    return wanted


def check(run: ImportRun, chosen: Mapping[str, str]) -> None:
    """Raises BadColumns with all that is wrong with what was chosen for the columns."""
    wrong: dict[str, str] = {}
    first: dict[str, str] = {}
    for header in run.headers:
        field = chosen.get(header, "")
        if not field or field == ATTRIBUTE_PREFIX:
            wrong[header] = "Say what this column is, or leave it out."
        elif problem := field_problem(field):
            wrong[header] = problem[:1].upper() + problem[1:] + "."
        elif field.startswith(ATTRIBUTE_PREFIX) and field in first:
            wrong[header] = f"“{first[field]}” is kept under this name already; choose another."
        elif problem := _of_values(field, _samples(run, header), run.source.default_country):
            wrong[header] = problem
        first.setdefault(field, header)
    fields = set(chosen.values())
    named = fields & {"first_name", "last_name", FULL_NAME}
    if not fields & set(WHO_IT_IS) and not (named and "company" in fields):
        whole = "No column says who the lead is: there must be an e-mail, a phone or an id, or a name with a company."
        raise BadColumns(wrong, whole)
    if wrong:
        raise BadColumns(wrong)


def _samples(run: ImportRun, header: str) -> Sequence[str]:
    return run.samples[run.headers.index(header)]


def _of_values(field: str, values: Sequence[str], country: str) -> str:
    """Why none of the values can be what the column is said to be; empty where one can."""
    if field not in WHO_IT_IS or len(values) < ENOUGH:
        return ""
    words = ""
    for value in reversed(values):
        problems = normalise({field: value}, region=country or None).problems
        if not problems:
            return ""
        words = " ".join(problems[field]).rstrip(".")
    return f"None of its first values is read as {label_of(field)}: {words}."
