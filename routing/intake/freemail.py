"""Whether an e-mail domain hands out mailboxes to anybody, so that sharing it says nothing about a company."""

from pathlib import Path
from typing import Final

_FILE = Path(__file__).with_name("free_mail_domains.txt")


def _read() -> frozenset[str]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].lower().split())


FREE_MAIL_DOMAINS: Final = _read()


def is_free_mail(domain: str) -> bool:
    """Whether the domain (in any case, with or without a dot at its end) is a free-mail or access provider's."""
    return domain.strip().rstrip(".").lower() in FREE_MAIL_DOMAINS
