"""What a form asks: the fields that a manager chose, each with its words and the kind of box it takes.

Written with the source as a list: `{"field": "email", "label": "Work e-mail", "required": true}`; further keys are
`help`, `choices` (a list of texts) and `long` (a box of several lines).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.exceptions import ValidationError

from routing.engine.fields import ATTRIBUTE_PREFIX, FIELDS, kind_of

FIELDS_MOST: Final = 40
CHOICES_MOST: Final = 200
WORDS_LONGEST: Final = 300
LONGEST: Final = 500
LONGEST_OF_A_MESSAGE: Final = 2_000

NOT_ASKED: Final = ("external_id", "source", "channel", "stage", "captured_at", "engagement")
"""Facts that the way of a lead here decides, not the person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a form."""

    field: str
    label: str
    required: bool = False
    help: str = ""
    choices: tuple[str, ...] = ()
    long: bool = False
    kind: str = "text"
    autocomplete: str = "off"
    numeric: bool = False

    @property
    def name(self) -> str:
        """The name of its box: the field's own."""
        return self.field

    @property
    def id(self) -> str:
        """The id of its box on the page."""
        return "ask-" + "".join(char if char.isalnum() else "-" for char in self.field)

    @property
    def longest(self) -> int:
        """How many characters its box takes."""
        return LONGEST_OF_A_MESSAGE if self.field.startswith(ATTRIBUTE_PREFIX) else LONGEST


def asked(field: str, label: str, kind: str = "text", autocomplete: str = "off", **more: Any) -> Asked:
    return Asked(field, label, kind=kind, autocomplete=autocomplete, **more)


KNOWN: Final = {
    one.field: one
    for one in (
        asked("email", "E-mail", "email", "email"),
        asked("phone", "Phone", "tel", "tel"),
        asked("first_name", "First name", autocomplete="given-name"),
        asked("last_name", "Last name", autocomplete="family-name"),
        asked("job_title", "Job title", autocomplete="organization-title"),
        asked("company", "Company", autocomplete="organization"),
        asked("company_size", "How many people work there", numeric=True),
        asked("industry", "Industry"),
        asked("country", "Country", autocomplete="country-name"),
        asked("region", "State or region", autocomplete="address-level1"),
        asked("city", "City", autocomplete="address-level2"),
        asked("postcode", "Postcode", autocomplete="postal-code"),
        asked("language", "Language", autocomplete="language"),
        asked("timezone", "Time zone"),
        asked("product", "Product"),
        asked("budget", "Budget", numeric=True),
        asked("current_solution", "What do you use now"),
    )
}
"""The facts of a lead that people can be asked for, with the words and boxes that fit."""

USUAL: Final = (
    KNOWN["first_name"],
    KNOWN["last_name"],
    replace(KNOWN["email"], required=True),
    KNOWN["company"],
    KNOWN["phone"],
    Asked("attributes.message", "How can we help?", long=True),
)
"""What a form asks when nobody chose."""


def read_fields(written: object) -> tuple[Asked, ...]:
    """The questions as they are written with a source. Raises ValidationError with all that is wrong."""
    if written in (None, []):
        return USUAL
    if not isinstance(written, list):
        raise ValidationError('Write a list, for example [{"field": "email", "required": true}].')
    problems: list[str] = []
    questions: list[Asked] = []
    for number, item in enumerate(written, start=1):
        question = read_one(item, f"Field {number}", problems)
        if question and any(question.field == other.field for other in questions):
            problems.append(f"Field {number}: {question.field} is asked twice.")
        elif question:
            questions.append(question)
    if len(written) > FIELDS_MOST:
        problems.append(f"{len(written)} fields are more than {FIELDS_MOST}.")
    if not problems and not says_who({question.field for question in questions}):
        problems.append("Ask for an e-mail, a phone, or a name and a company: else nobody could answer.")
    if problems:
        raise ValidationError(problems)
    return tuple(questions)


def read_one(item: object, place: str, problems: list[str]) -> Asked | None:
    """One question; what is wrong with it is added to `problems`."""
    if not isinstance(item, dict) or not isinstance(item.get("field"), str):
        problems.append(f'{place}: write {{"field": ...}} with the name of a field.')
        return None
    before, field = len(problems), item["field"].strip()
    unknown = set(item) - {"field", "label", "required", "help", "choices", "long"}
    if unknown:
        problems.append(f"{place}: {', '.join(sorted(map(str, unknown)))} is not known here.")
    if field in NOT_ASKED or (field in FIELDS and FIELDS[field].computed):
        problems.append(f"{place}: {field} is worked out here and cannot be asked.")
    elif field not in KNOWN and not (field.startswith(ATTRIBUTE_PREFIX) and kind_of(field)):
        problems.append(f"{place}: {field[:60]!r} is not a field; something of your own is attributes.NAME.")
    words = {name: item.get(name, "") for name in ("label", "help")}
    for name, text in words.items():
        if not isinstance(text, str) or len(text) > WORDS_LONGEST:
            problems.append(f"{place}: {name} is a text of at most {WORDS_LONGEST} characters.")
    for name in ("required", "long"):
        if not isinstance(item.get(name, False), bool):
            problems.append(f"{place}: {name} is true or false.")
    choices = item.get("choices", [])
    if not isinstance(choices, list) or len(choices) > CHOICES_MOST or not all(is_choice(one) for one in choices):
        problems.append(f"{place}: choices is a list of at most {CHOICES_MOST} texts.")
    if len(problems) > before:
        return None
    own_name = field.removeprefix(ATTRIBUTE_PREFIX).replace("_", " ")
    base = KNOWN.get(field) or Asked(field, own_name[:1].upper() + own_name[1:])
    return replace(
        base,
        label=words["label"].strip() or base.label,
        help=words["help"].strip(),
        required=item.get("required", False),
        choices=tuple(one.strip() for one in choices),
        long=item.get("long", False),
    )


def is_choice(one: object) -> bool:
    return isinstance(one, str) and bool(one.strip()) and len(one) <= WORDS_LONGEST


def says_who(fields: set[str]) -> bool:
    """Whether answers to these can be a lead."""
    return bool(fields & {"email", "phone"}) or ("company" in fields and bool(fields & {"first_name", "last_name"}))
