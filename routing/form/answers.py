"""What somebody wrote into a form, and what is wrong with it, in words for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from routing.engine.fields import ATTRIBUTE_PREFIX
from routing.form.asking import Asked
from routing.intake.normalise.email import read_email

CONSENT: Final = "consent"

CAME_BY: Final = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
"""What a link to the form may say of the campaign that it belongs to."""

MEANT: Final = {
    "email": "This is no e-mail address that we could write to. Is it complete, like name@example.com?",
    "phone": "This is no phone number that we could call. Write it with its country, like +1 512 555 0142.",
    "country": "We do not know this country. Try its English name, or its two letters.",
    "region": "We do not know this region.",
    "company_size": "Write a whole number, like 250.",
    "budget": "Write a number, like 5000.",
}
MISSING: Final = "Please fill this in."
NOT_CHOSEN: Final = "Please choose one."
NOT_AGREED: Final = "We can only answer if you agree."
TOO_LONG: Final = "This is too long: at most {longest} characters."
NOBODY: Final = "Leave an e-mail address or a phone number, so that we can answer."
SOMETHING: Final = "Please look at this again."


@dataclass(frozen=True, slots=True)
class Answers:
    """A filled-in form: what was written in each box, as it was written, and whether they agreed."""

    written: Mapping[str, str] = field(default_factory=dict)
    agreed: bool = False

    @classmethod
    def of(cls, questions: Sequence[Asked], posted: Mapping[str, str]) -> Answers:
        return cls({one.field: posted.get(one.name, "") for one in questions}, CONSENT in posted)

    def facts(self, came_by: Mapping[str, str]) -> dict[str, str]:
        """The facts of a lead, by field."""
        campaign = {
            f"{ATTRIBUTE_PREFIX}{name}": came_by[name][:200] for name in CAME_BY if came_by.get(name, "").strip()
        }
        filled = {name: text for name, text in self.written.items() if text.strip()}
        return campaign | filled | {"channel": "form"}


def problems(questions: Sequence[Asked], answers: Answers, *, consent: str) -> dict[str, str]:
    """What is missing, too long or not among the choices, by field."""
    found = {}
    for one in questions:
        text = answers.written[one.field].strip()
        if one.required and not text:
            found[one.field] = NOT_CHOSEN if one.choices else MISSING
        elif text and one.choices and text not in one.choices:
            found[one.field] = NOT_CHOSEN
        elif one.required and not says_something(one, text):
            found[one.field] = MEANT[one.field]
        elif len(text) > one.longest:
            found[one.field] = TOO_LONG.format(longest=one.longest)
    if consent and not answers.agreed:
        found[CONSENT] = NOT_AGREED
    return found


def says_something(asked: Asked, text: str) -> bool:
    """Whether it may be an address or a number where one is required: elsewhere "none" is read as nothing."""
    match asked.field:
        case "email":
            return read_email(text) != (None, None, None)
        case "phone":
            return any(char.isdigit() for char in text)
    return True


def in_their_words(errors: Mapping[str, Sequence[str]], answers: Answers) -> dict[str, str]:
    """What is wrong, said to programs, as it is said to people."""
    found = {}
    for name in errors:
        if name in ("email", "phone") and not answers.written.get(name, "").strip():
            found[name] = NOBODY
        else:
            found[name] = MEANT.get(name, SOMETHING)
    return found
