"""Where a request comes from, and where the site is reached."""

from __future__ import annotations

import ipaddress
from typing import Final

from django.conf import settings
from django.http import HttpRequest

NEIGHBOURS: Final = 64
"""Bits of an IPv6 address that one household or office shares; it may take any address below."""


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address: what the proxies in front of us added, never what the visitor wrote before it."""
    proxies = settings.PROXIES_IN_FRONT
    given = request.META.get("REMOTE_ADDR", "")
    if proxies:
        passed_on = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        given = passed_on[-proxies] if len(passed_on) >= proxies else given
    try:
        return str(ipaddress.ip_address(given))
    except ValueError:
        return None


def neighbourhood(request: HttpRequest) -> str:
    """What tries are counted by: an IPv4 address, or the network of an IPv6 one."""
    address = address_of(request)
    if address is None:
        return ""
    if ipaddress.ip_address(address).version == 6:
        return str(ipaddress.ip_network((address, NEIGHBOURS), strict=False))
    return address


def absolute(path: str) -> str:
    """A path of this site as it is written in a mail, which knows no request: with the site's address before it."""
    return f"{settings.SITE_URL.rstrip('/')}{path}"
