"""What people fill in to get in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from routing.account.tries import TooSoon, Try, account_key, in_words
from routing.address import neighbourhood
from routing.tallies import counted, key_of

MAILS_FOR_ONE: Final = 3
MAILS_FROM_AN_ADDRESS: Final = 10
AN_HOUR: Final = timedelta(hours=1)


class LogInForm(AuthenticationForm):
    """A user name and a password, tried one after the other and not by the thousand."""

    error_messages = AuthenticationForm.error_messages | {
        "too_soon": "That was tried too often. Try again in %(wait)s, or have a link mailed to you below.",
    }

    too_soon: TooSoon | None = None

    def clean(self) -> dict[str, Any]:
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if not username or not password or self.request is None:
            return self.cleaned_data
        try:
            this_try = Try.begin(self.request, username, at=now())
        except TooSoon as refused:
            self.too_soon = refused
            raise ValidationError(
                self.error_messages["too_soon"], code="too_soon", params={"wait": in_words(refused.wait)}
            ) from None
        cleaned = super().clean()
        this_try.was_right()
        return cleaned or self.cleaned_data


class ForgottenForm(PasswordResetForm):
    """An address to which a link is mailed, if it is somebody's; a few times an hour at most."""

    def save(self, *args: Any, **options: Any) -> None:
        request, at = options["request"], now()
        asked = counted(key_of("mail", account_key(self.cleaned_data["email"])), within=AN_HOUR, at=at)
        from_here = counted(key_of("mails", neighbourhood(request)), within=AN_HOUR, at=at)
        if asked <= MAILS_FOR_ONE and from_here <= MAILS_FROM_AN_ADDRESS:
            super().save(*args, **options)
