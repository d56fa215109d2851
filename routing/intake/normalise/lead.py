"""One lead as it arrived, brought into the forms that routing compares."""

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from routing.engine.fields import ATTRIBUTE_PREFIX, COMPUTED, FIELDS

from .email import NOTHING, read_email
from .keys import Keys, person_keys
from .moments import NotAMoment, read_moment
from .numbers import NotANumber, read_number
from .phone import read_phone
from .places import read_country, read_postcode, read_region
from .text import NotText, as_text, clean, one_line

TEXT_LONGEST: Final = 500
EXTERNAL_ID_LONGEST: Final = 255
ATTRIBUTES_MOST: Final = 100
ATTRIBUTE_LONGEST: Final = 2_000
ATTRIBUTE_NAME_LONGEST: Final = 100
PROBLEMS_MOST: Final = 100

NUMBERS: Final = ("company_size", "budget", "engagement")
TEXTS: Final = (
    "source",
    "channel",
    "first_name",
    "last_name",
    "job_title",
    "company",
    "industry",
    "city",
    "language",
    "timezone",
    "product",
    "current_solution",
    "stage",
)
_ATTRIBUTES = "attributes"


@dataclass(slots=True)
class Normalised:
    """A lead's facts in the forms that routing compares, and what is wrong with what was sent.

    `facts` holds field name -> value, set ones only: text as str, numbers as int or Decimal, `captured_at` as an
    aware datetime in UTC. A field with a problem is unset. `notes` tell of what was read leniently: nothing is lost.
    `unread` is the text of fields with a problem, as it came."""

    facts: dict[str, object] = field(default_factory=dict)
    attributes: dict[str, str] = field(default_factory=dict)
    keys: Keys = field(default_factory=Keys)
    problems: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def is_identified(self) -> bool:
        """Whether anything says who this is: an e-mail, a phone, an external id."""
        return any(name in self.facts for name in ("email", "phone", "external_id"))

    def problem(self, name: str, why: str, text: str = "") -> None:
        if len(self.problems) < PROBLEMS_MOST:
            self.problems.setdefault(name, []).append(why)
        if text and len(self.unread) < PROBLEMS_MOST:
            self.unread[name] = text[:TEXT_LONGEST]

    def note(self, name: str, what: str) -> None:
        if len(self.notes) < PROBLEMS_MOST:
            self.notes.append(f"{name} {what}")


def normalise(raw: Mapping[str, object], *, region: str | None = None) -> Normalised:
    """The lead in `raw`, which maps field names (and `attributes.NAME`, or `attributes` with a mapping) to values as
    they came. `region` (ISO alpha-2) is the source's country, for phones and regions of leads that name none.

    Never raises, whatever the values are."""
    read = Normalised()
    values: dict[str, object] = {}
    for name, value in raw.items():
        if value is None or value == "":
            continue
        if isinstance(name, str) and name in FIELDS:
            values[name] = value
        elif isinstance(name, str) and name.startswith(ATTRIBUTE_PREFIX):
            _attribute(read, name.removeprefix(ATTRIBUTE_PREFIX), value)
        elif name == _ATTRIBUTES:
            _attributes(read, value)
        else:
            _unknown(read, name)
    texts = _texts(read, values)
    facts = read.facts
    _external_id(read, texts)
    for name in TEXTS:
        if text := texts.get(name):
            facts[name] = _short(read, name, text)
    _email(read, texts)
    default = _code(region)
    _places(read, texts, values, default)
    phone_key = _phone(read, texts, default)
    for name in NUMBERS:
        if name in texts:
            _number(read, name, values[name], texts[name])
    if "captured_at" in texts:
        try:
            facts["captured_at"] = read_moment(values["captured_at"])
        except NotAMoment as error:
            read.problem("captured_at", str(error), texts["captured_at"])
    email, company = facts.get("email"), facts.get("company")
    keys = person_keys(
        email=email if isinstance(email, str) else None, company=company if isinstance(company, str) else None
    )
    read.keys = Keys(
        email_key=keys.email_key,
        phone_key=phone_key,
        company_key=keys.company_key[:TEXT_LONGEST] if keys.company_key else None,
        email_domain=keys.email_domain,
        free_mail=keys.free_mail,
    )
    return read


def _texts(read: Normalised, values: dict[str, object]) -> dict[str, str]:
    """Each field's value as one clean line, blank ones left out."""
    texts = {}
    for name, value in values.items():
        if name in COMPUTED:
            read.note(name, "is worked out here; what was sent is left out")
            continue
        try:
            text = one_line(as_text(value))
        except NotText as error:
            read.problem(name, str(error))
            continue
        if text:
            texts[name] = text
    return texts


def _short(read: Normalised, name: str, text: str) -> str:
    if len(text) <= TEXT_LONGEST:
        return text
    read.note(name, f"is longer than {TEXT_LONGEST} characters; the rest was cut off")
    return text[:TEXT_LONGEST].rstrip()


def _external_id(read: Normalised, texts: dict[str, str]) -> None:
    text = texts.get("external_id")
    if not text:
        return
    if len(text) > EXTERNAL_ID_LONGEST:
        # Cut off, two ids could become one.
        read.problem("external_id", f"is longer than {EXTERNAL_ID_LONGEST} characters", text)
        return
    read.facts["external_id"] = text


def _email(read: Normalised, texts: dict[str, str]) -> None:
    text = texts.get("email")
    if not text:
        return
    address, problem, note = read_email(text)
    if problem:
        read.problem("email", problem, text)
    if note:
        read.note("email", note)
    if address:
        read.facts["email"] = address


def _places(read: Normalised, texts: dict[str, str], values: dict[str, object], default: str | None) -> None:
    country = None
    if text := texts.get("country"):
        if isinstance(values["country"], bool):
            read.problem("country", 'is true or false; was it NO for Norway? Write "NO" in quotes', text)
        elif country := read_country(text):
            read.facts["country"] = country
        else:
            read.problem("country", f"{text[:60]!r} is no country that is known; send its ISO code, such as DE", text)
    if text := texts.get("region"):
        code, named, note = read_region(_short(read, "region", text), country, default)
        read.facts["region"] = code
        if named and "country" not in texts:
            country = read.facts["country"] = named
        if note:
            read.note("region", note)
    if text := texts.get("postcode"):
        read.facts["postcode"], note = read_postcode(_short(read, "postcode", text), country)
        if note:
            read.note("postcode", note)


def _phone(read: Normalised, texts: dict[str, str], default: str | None) -> str | None:
    text = texts.get("phone")
    if not text:
        return None
    country = read.facts.get("country")
    phone = read_phone(text[: 2 * TEXT_LONGEST], country if isinstance(country, str) else default)
    if phone.problem:
        read.problem("phone", phone.problem, text)
    if phone.note:
        read.note("phone", phone.note)
    if phone.text:
        read.facts["phone"] = phone.text
    if phone.extension:
        read.attributes.setdefault("phone_extension", phone.extension)
    return phone.key


def _number(read: Normalised, name: str, value: object, text: str) -> None:
    if text.lower() in NOTHING:
        return
    try:
        number = read_number(value if isinstance(value, bool | int | float | Decimal) else text)
    except NotANumber as error:
        read.problem(name, str(error), text)
        return
    if number < 0:
        read.problem(name, f"{text!r} is below 0", text)
    elif name == "engagement" and number > 100:
        read.problem(name, f"{text!r} is above 100", text)
    elif name == "company_size" and not isinstance(number, int):
        read.problem(name, f"{text!r} is no whole number", text)
    else:
        read.facts[name] = number


def _attributes(read: Normalised, value: object) -> None:
    if not isinstance(value, Mapping):
        read.problem(_ATTRIBUTES, "must be an object of names and values")
        return
    for name, each in value.items():
        _attribute(read, name, each)


def _attribute(read: Normalised, name: object, value: object) -> None:
    if value is None or value == "":
        return
    wanted = one_line(name) if isinstance(name, str) else ""
    if not wanted:
        read.problem(_ATTRIBUTES, "holds an attribute without a name")
        return
    place = f"{ATTRIBUTE_PREFIX}{wanted[:ATTRIBUTE_NAME_LONGEST]}"
    if len(wanted) > ATTRIBUTE_NAME_LONGEST:
        read.problem(place, f"has a name longer than {ATTRIBUTE_NAME_LONGEST} characters")
        return
    if len(read.attributes) >= ATTRIBUTES_MOST and wanted not in read.attributes:
        if _ATTRIBUTES not in read.problems:
            read.problem(_ATTRIBUTES, f"holds more than {ATTRIBUTES_MOST} attributes; the rest is left out")
        return
    try:
        text = clean(_attribute_text(value)).strip()
    except NotText as error:
        read.problem(place, str(error))
        return
    if len(text) > ATTRIBUTE_LONGEST:
        read.note(place, f"is longer than {ATTRIBUTE_LONGEST:,} characters; the rest was cut off")
        text = text[:ATTRIBUTE_LONGEST]
    if text:
        read.attributes[wanted] = text


def _attribute_text(value: object) -> str:
    """An attribute as text; a structure as JSON, so that nothing is lost."""
    if isinstance(value, dict | list | tuple) and not _is_flat(value):
        try:
            return json.dumps(value, ensure_ascii=False)
        except (TypeError, ValueError, RecursionError) as error:
            raise NotText("holds a structure that cannot be read") from error
    return as_text(value)


def _is_flat(value: dict[object, object] | list[object] | tuple[object, ...]) -> bool:
    return not isinstance(value, dict) and not any(isinstance(item, dict | list | tuple) for item in value)


def _unknown(read: Normalised, name: object) -> None:
    if not isinstance(name, str):
        read.problem(_ATTRIBUTES, "holds a name that is no text")
        return
    shown = one_line(name)[:ATTRIBUTE_NAME_LONGEST]
    close = difflib.get_close_matches(shown.lower(), FIELDS, n=1) if len(read.problems) < 10 else []
    meant = f"did you mean {close[0]!r}?" if close else f"send it as {ATTRIBUTE_PREFIX}{shown}"
    read.problem(shown or _ATTRIBUTES, f"is not a field; {meant}")


def _code(region: str | None) -> str | None:
    return read_country(region) if region else None
