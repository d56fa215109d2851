"""What a customer may answer: one of five, and a word."""

from __future__ import annotations

from django import forms

from reps.models import RATINGS

LONGEST = 2000


class AnswerForm(forms.Form):
    """1 to 5, and a few words if they like."""

    rating = forms.TypedChoiceField(
        coerce=int,
        choices=list(RATINGS.items()),
        error_messages={
            "required": "Please choose one of the five.",
            "invalid_choice": "Please choose one of the five.",
        },
    )
    words = forms.CharField(
        required=False,
        max_length=LONGEST,
        error_messages={"max_length": f"This is too long: at most {LONGEST} characters."},
    )

    def __init__(self, data: dict[str, str] | None = None) -> None:
        """A NUL, which no database keeps in a text, becomes the sign for what cannot be shown."""
        if data is not None:
            data = {name: text.replace("\x00", "\ufffd") for name, text in data.items()}
        super().__init__(data)


def chosen(text: str) -> int | None:
    """The rating that a link in the mail chooses; None where it is none of the five."""
    return int(text) if text in {str(number) for number in RATINGS} else None
