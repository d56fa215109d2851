"""A group of processes lives and dies together. The services here are small stand-ins; the signals are real."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from leadops.supervisor import FIRST_PAUSE, LIVED_LONG_ENOUGH, LONGEST_PAUSE, Group, Service

ROOT = Path(__file__).parents[2]
SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
DEAF = (sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)")


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet collected by its parent does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def eventually(holds: Callable[[], bool], *, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()


def pid_of(service: Service) -> int:
    assert service.process is not None
    return service.process.pid


@pytest.fixture
def group(tmp_path: Path) -> Iterator[Group]:
    group = Group(cwd=tmp_path)
    yield group
    group.stop()


def test_what_dies_is_started_again(group: Group) -> None:
    service = group.add("worker", *SLEEP)
    first = pid_of(service)
    os.kill(first, signal.SIGKILL)
    assert group.keep_until(lambda: service.process is not None and pid_of(service) != first)
    assert is_alive(pid_of(service))


def test_what_a_dead_service_left_behind_is_ended_before_it_starts_again(group: Group, tmp_path: Path) -> None:
    parent = (
        "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, file=open('child', 'w')); sys.exit(3)"
    )
    group.add("web", sys.executable, "-c", parent)
    assert group.keep_until((tmp_path / "child").exists)
    assert group.keep_until(lambda: bool((tmp_path / "child").read_text()))
    child = int((tmp_path / "child").read_text())
    assert group.keep_until(lambda: not is_alive(child))


def test_the_wait_doubles_while_a_service_fails_to_start_and_is_forgotten_once_it_ran(tmp_path: Path) -> None:
    service = Service("clock", ["true"])
    pauses = []
    for _ in range(9):
        service.start(at=100.0, cwd=tmp_path)
        pauses.append(service.bury(at=100.1))
    assert pauses[:4] == [FIRST_PAUSE, 1.0, 2.0, 4.0]
    assert pauses[-1] == LONGEST_PAUSE

    service.start(at=200.0, cwd=tmp_path)
    assert service.bury(at=200.0 + LIVED_LONG_ENOUGH) == FIRST_PAUSE


def test_stopping_ends_all_even_one_that_does_not_listen(group: Group, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leadops.processes.PATIENCE", 0.3)
    pids = [pid_of(group.add("valkey", *SLEEP, foundation=True)), pid_of(group.add("worker", *DEAF))]
    time.sleep(0.3)  # until the deaf one has stopped listening
    group.stop()
    assert not any(is_alive(pid) for pid in pids)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_the_group_stops_all_of_it(sign: signal.Signals, tmp_path: Path) -> None:
    parent, children = group_in_a_process(tmp_path)
    parent.send_signal(sign)
    assert parent.wait(10) == 0
    assert not any(is_alive(pid) for pid in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux's kernel tells children of their parent's end")
def test_nothing_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    parent, children = group_in_a_process(tmp_path)
    parent.kill()
    parent.wait()
    assert eventually(lambda: not any(is_alive(pid) for pid in children))


def group_in_a_process(folder: Path) -> "tuple[subprocess.Popen[bytes], list[int]]":
    """A process that keeps two services, and their process ids."""
    program = f"""
from pathlib import Path
from leadops.supervisor import Group
group = Group(cwd=Path({str(folder)!r}))
group.stop_on_signals()
pids = [group.add(name, *{SLEEP!r}).process.pid for name in ("web", "worker")]
Path({str(folder)!r}, "draft").write_text(" ".join(map(str, pids)))
Path({str(folder)!r}, "draft").rename(Path({str(folder)!r}, "pids"))
group.keep_until(lambda: False)
group.stop()
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    assert eventually((folder / "pids").exists)
    return parent, [int(pid) for pid in (folder / "pids").read_text().split()]
