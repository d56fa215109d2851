"""receive_mail: one mail from standard input, as a mail server pipes it."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError
from django.utils.timezone import now

from reps.mail.message import LARGEST_KEPT
from reps.mail.receiving import receive

CHUNK = 64 * 1024


class Command(BaseCommand):
    """Exit status 0: taken in, or kept as not understood. 75 (EX_TEMPFAIL): keep it in the queue and come again."""

    help = (
        "Reads one mail from standard input and logs it with the lead it is about. "
        "In Postfix: leadops unix - n n - - pipe user=leadops argv=/srv/leadops/manage.py receive_mail "
        "--to ${original_recipient} --from ${sender}. Exit status 0, or 75 where the mail server is to try again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", action="append", default=[], metavar="ADDRESS", help="the envelope's recipient")
        parser.add_argument("--from", dest="sender", metavar="ADDRESS", help="the envelope's sender; empty: a bounce")

    def handle(self, *, to: list[str], sender: str | None, **options: Any) -> None:
        raw = sys.stdin.buffer.read(LARGEST_KEPT)
        while sys.stdin.buffer.read(CHUNK):
            pass  # read to the end what is not needed: a mail server takes a closed pipe for a failure
        try:
            received = receive(raw, at=now(), envelope_to=tuple(to), envelope_from=sender)
        except (DatabaseError, InterfaceError) as error:
            self.stderr.write(f"the database refused; come again: {type(error).__name__}")
            sys.exit(os.EX_TEMPFAIL)
        self.stdout.write(f"{received.status}{f': {received.why}' if received.why else ''}")
