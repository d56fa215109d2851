"""An export as a test reads it."""

import csv
import io

from django.test import Client

from routing.models import User


def browser(of: User) -> Client:
    """A browser in which somebody is logged in."""
    client = Client()
    client.force_login(of)
    return client


def body(client: Client, slug: str, **asked: str) -> bytes:
    """The file as it is sent."""
    answer = client.get(f"/reports/exports/{slug}.csv", asked)
    assert answer.status_code == 200, answer
    assert answer["Content-Type"].startswith("text/csv"), answer.content.decode()
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def rows(client: Client, slug: str, **asked: str) -> list[dict[str, str]]:
    """The rows by their headers."""
    return list(csv.DictReader(io.StringIO(body(client, slug, **asked).decode(), newline="")))
