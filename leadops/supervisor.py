"""Keeps a group of services running: starts them, starts again what dies, and stops all of them together."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from leadops import processes

TICK = 0.1
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LIVED_LONG_ENOUGH = 10.0  # seconds; a service that ran this long did not fail to start


def say(message: str) -> None:
    """One line to the person at the terminal."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


@dataclass
class Service:
    """One program of the group, and how it has fared so far. The times are those of `time.monotonic`."""

    name: str
    command: list[str]
    foundation: bool = False  # the others stand on it, so it stops after them
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE

    def start(self, *, at: float, cwd: Path) -> None:
        self.process = processes.start(self.command, cwd=cwd)
        self.started_at = at

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def bury(self, *, at: float) -> float:
        """Takes note of its death, ends what it left behind, and returns the seconds to wait before the next start.

        The wait doubles with each start that did not last.
        """
        assert self.process is not None
        processes.kill_group(self.process)
        self.process = None
        if at - self.started_at >= LIVED_LONG_ENOUGH:
            self.pause = FIRST_PAUSE
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE)
        self.start_at = at + pause
        return pause


@dataclass
class Group:
    """The services, in the order in which they were added."""

    cwd: Path
    services: list[Service] = field(default_factory=list)
    stopping: bool = False

    def stop_on_signals(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._ask_to_stop)

    def _ask_to_stop(self, *_: object) -> None:
        self.stopping = True

    def add(self, name: str, *command: str, foundation: bool = False) -> Service:
        """Starts the service now, and keeps it from now on."""
        service = Service(name, list(command), foundation=foundation)
        self.services.append(service)
        service.start(at=time.monotonic(), cwd=self.cwd)
        return service

    def look_after(self) -> None:
        """Notices who has died and starts whoever is due."""
        now = time.monotonic()
        for service in self.services:
            if service.has_died():
                ending = how_it_ended(service)
                pause = service.bury(at=now)
                say(f"{service.name} {ending}; starting it again in {pause:g} s.")
            elif service.process is None and now >= service.start_at:
                service.start(at=now, cwd=self.cwd)

    def keep_until(self, done: Callable[[], bool]) -> bool:
        """Looks after the services until `done()`, which is True, or until someone asked to stop, which is False."""
        while not self.stopping:
            self.look_after()
            if done():
                return True
            time.sleep(TICK)
        return False

    def stop(self) -> None:
        """Ends all of them; a second signal meanwhile does not hurry it."""
        self.stopping = True
        for wave in (False, True):
            running = [s.process for s in self.services if s.foundation is wave and s.process is not None]
            for process in running:
                process.terminate()
            for process in running:
                processes.stop(process)


def how_it_ended(service: Service) -> str:
    """In words: with which status, or by which signal."""
    assert service.process is not None
    status = service.process.returncode
    return f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
