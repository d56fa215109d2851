"""Log-in tries: a guesser waits longer and longer, and the owner gets in all the same.

* A browser that nobody of this account has logged in with: tries are counted by account and address together, by the
  address, and by the account. The waits grow to a quarter of an hour; by the account alone, to a minute.
* A browser in which its owner has logged in before carries a signed cookie that says so. Its tries are counted by
  themselves: whatever others do with the account's name, from wherever, it does not have to wait for them.
* Somebody in a new browser, while guessers keep the account busy, has a link mailed to them: it sets a new password,
  logs in, and makes the browser known.

Names that belong to nobody are counted like all others, so that waiting tells nothing.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from routing.address import neighbourhood
from routing.tallies import Pace, Turn, forget, give_back_turn, key_of, take_turn

OWN: Final = Pace(free=5, longest=timedelta(minutes=15))
OF_AN_ADDRESS: Final = Pace(free=30, longest=timedelta(minutes=15))
OF_AN_ACCOUNT: Final = Pace(free=50, longest=timedelta(minutes=1))

COOKIE: Final = "known_browser"
SALT: Final = "routing.account.tries"
REMEMBERED_FOR: Final = timedelta(days=365)
ACCOUNTS_MOST: Final = 8


class TooSoon(Exception):
    """The next try may come only after `wait`."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(f"Try again in {in_words(wait)}.")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """What the cookie says: a name for the browser, and the accounts (as hashes) that logged in there."""

    name: str = ""
    accounts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, request: HttpRequest) -> KnownBrowser:
        """The browser of this request; without accounts where nobody has logged in with it."""
        try:
            read: Any = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=REMEMBERED_FOR)
            return cls(str(read["name"]), [str(account) for account in read["accounts"]])
        except (signing.BadSignature, KeyError, TypeError):
            return cls()

    def knows(self, username: str) -> bool:
        return account_key(username) in self.accounts


def account_key(username: str) -> str:
    """An account, as cookie and tallies call it."""
    return key_of("account", username.strip().casefold())


@dataclass(frozen=True, slots=True)
class Try:
    """One try to log in: whose tallies it is counted by."""

    own: list[str]
    shared: list[str]

    @classmethod
    def begin(cls, request: HttpRequest, username: str, *, at: datetime) -> Try:
        """Count the try before it is made. Raises TooSoon."""
        account, browser = account_key(username), KnownBrowser.of(request)
        if browser.knows(username):
            turns: list[Turn] = [(key_of("browser", browser.name, account), OWN)]
            shared: list[Turn] = []
        else:
            address = neighbourhood(request)
            turns = [(key_of("pair", address, account), OWN)]
            shared = [(key_of("address", address), OF_AN_ADDRESS), (account, OF_AN_ACCOUNT)]
        wait = take_turn([*turns, *shared], at=at)
        if wait > timedelta():
            raise TooSoon(wait)
        return cls([key for key, _ in turns], [key for key, _ in shared])

    def was_right(self) -> None:
        """They are in: their own count begins anew, and the shared ones forget this try."""
        forget(self.own)
        give_back_turn(self.shared)


def remember_browser(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Let the browser carry that this account has logged in with it."""
    browser, account = KnownBrowser.of(request), account_key(username)
    accounts = [account, *(other for other in browser.accounts if other != account)][:ACCOUNTS_MOST]
    response.set_cookie(
        COOKIE,
        # A new name: what was counted by the old one is over.
        signing.dumps({"name": secrets.token_urlsafe(12), "accounts": accounts}, salt=SALT),
        max_age=REMEMBERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def in_words(wait: timedelta) -> str:
    """A wait as people say it: "40 seconds", "2 minutes"."""
    seconds = max(1, -(-wait // timedelta(seconds=1)))
    if seconds < 90:
        return "1 second" if seconds == 1 else f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"
