"""A team's channel: a Slack-compatible incoming webhook, {"text": ...}.

Requests go where a manager said, so they are kept on a short lead (docs/operations.md): http and https only, to a host
that the operator allows and an address outside this network (looked up once, and that one is connected to), never on to
where an answer points, and for some seconds only. Of an answer nothing but its number is kept.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import logging
import socket
import ssl
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.timezone import now

from reps.models import Delivery
from routing.address import absolute

from . import outbound
from .outbound import NeverWill
from .words import Said, said_in_channel

log = logging.getLogger(__name__)

BATCH: Final = 20
AT_MOST: Final = 10.0
WORTH_ANOTHER_TRY: Final = (408, 425, 429)


class Refused(Exception):
    """The answer was not a yes."""


def oldest(at: datetime) -> datetime | None:
    return outbound.due(Delivery.Channel.WEBHOOK, at).values_list("next_at", flat=True).first()


def send_due(at: datetime) -> int:
    """Posts what is due, for some seconds at most. Says how many went out. A channel that fails waits as a whole."""
    until, sent = time.monotonic() + AT_MOST, 0
    while time.monotonic() < until:
        batch = outbound.take(Delivery.Channel.WEBHOOK, count=BATCH, at=max(at, now()))
        if not batch:
            break
        by_team: dict[int | None, list[Delivery]] = defaultdict(list)
        for delivery in batch:
            by_team[delivery.news.channel_of_id].append(delivery)
        for deliveries in by_team.values():
            sent += send_to_channel(deliveries, until=until)
    return sent


def send_to_channel(deliveries: Sequence[Delivery], *, until: float) -> int:
    """Posts these to their team's channel, in order, until one fails."""
    for place, delivery in enumerate(deliveries):
        if time.monotonic() >= until:
            outbound.put_back(deliveries[place:], until=now())
            return place
        if not outbound.begin(delivery):
            continue
        team = delivery.news.channel_of
        try:
            if team is None or not team.channel_url:
                raise NeverWill("The team has no channel any more.")
            (said,) = said_in_channel([delivery.news])
            post(team.channel_url, {"text": text_of(said)})
        except NeverWill as error:
            outbound.failed(delivery, str(error), for_good=True)
        except (Refused, OSError, http.client.HTTPException) as error:
            outbound.failed(delivery, str(error) if isinstance(error, Refused) else type(error).__name__)
            outbound.put_back(deliveries[place + 1 :], until=now() + outbound.lease())
            return place
        except Exception as error:
            log.exception("message %s could not be made", delivery.pk)
            outbound.failed(delivery, type(error).__name__)
        else:
            outbound.succeeded(delivery)
    return len(deliveries)


def text_of(said: Said) -> str:
    """What a channel reads, with a link to the page for it."""
    return f"{escaped(said.text)} <{absolute(said.link)}>"


def escaped(text: str) -> str:
    """Text that no chat reads as markup, link or mention of everybody.

    Slack asks for three characters to be written as entities; what it and others take for emphasis or a mention is kept
    from that by an invisible joiner (U+2060).
    """
    for sign, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, written)
    return "".join(f"{sign}\u2060" if sign in "*_~`@#[" else sign for sign in text)


def post(url: str, payload: dict[str, str]) -> None:
    """One request. Raises NeverWill where another try is of no use, Refused or OSError where it may be."""
    parts = urlsplit(url)
    connection = connection_to(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "LeadOps", "Connection": "close"}
    try:
        connection.request("POST", target, body=json.dumps(payload).encode(), headers=headers)
        status = connection.getresponse().status
    finally:
        connection.close()
    if 200 <= status < 300:
        return
    if status >= 500 or status in WORTH_ANOTHER_TRY:
        raise Refused(f"The channel answered {status}.")
    raise NeverWill(f"The channel answered {status}.")


def connection_to(parts: SplitResult) -> http.client.HTTPConnection:
    """A connection to a URL's host at the address that was looked at, so that no second look-up names another."""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise NeverWill("Only http and https addresses are posted to.")
    if settings.WEBHOOK_HOSTS and parts.hostname not in settings.WEBHOOK_HOSTS:
        raise NeverWill("This host is not among those the operator allows (WEBHOOK_HOSTS).")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = str(socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)[0][4][0])
    if not settings.WEBHOOK_PRIVATE and is_inside(address):
        raise NeverWill("This host is inside the network, and the operator does not allow that (WEBHOOK_PRIVATE).")
    kind = SecurelyTo if parts.scheme == "https" else To
    return kind(parts.hostname, port, address=address)


def is_inside(address: str) -> bool:
    """Whether an address is one of this machine or its network, or none of the internet's for any other reason."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    return not (mapped or found).is_global


class To(http.client.HTTPConnection):
    """Connects to `address`, whatever the host's name means by now."""

    def __init__(self, host: str, port: int, *, address: str) -> None:
        super().__init__(host, port, timeout=settings.SEND_TIMEOUT)
        self.address = address

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)


class SecurelyTo(To):
    """The same, encrypted; the certificate is checked against the host's name."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)
