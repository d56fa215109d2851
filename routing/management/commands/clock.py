"""manage.py clock: the recurring work."""

import signal
import threading
from argparse import ArgumentParser
from datetime import timedelta
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from routing import clock


class Command(BaseCommand):
    help = "Has done whatever is due, every SWEEP_SECONDS, until stopped. Safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        every = float(settings.SWEEP_SECONDS)
        if options["once"]:
            self.stdout.write(clock.tick(late_after=timedelta(seconds=2 * every)))
            return
        stop = threading.Event()

        def stopped(number: int, frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, stopped)
        signal.signal(signal.SIGINT, stopped)
        clock.run(every=every, stop=stop)
