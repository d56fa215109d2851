"""What `make run` says when it cannot, and that it does when it can."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from leadops import run

ROOT = Path(__file__).parents[2]


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def own_set_up(tmp_path: Path) -> dict[str, str]:
    """The environment of a set-up of its own, with nothing in it yet."""
    ours = ("DATABASE_URL", "REDIS_URL", "VAR_DIR", "PORT", "HOST", "DEBUG", "DJANGO_SETTINGS_MODULE")
    return {name: value for name, value in os.environ.items() if name not in ours} | {
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "VAR_DIR": str(tmp_path / "var"),
        "DEBUG": "on",
    }


def test_a_second_start_says_where_the_first_one_is(tmp_path: Path) -> None:
    with run.only_one(tmp_path, "http://127.0.0.1:8000/"), ExitStack() as second:
        with pytest.raises(run.CannotRun) as refusal:
            second.enter_context(run.only_one(tmp_path, "http://127.0.0.1:9000/"))
        assert str(refusal.value).startswith("LeadOps is already running here: http://127.0.0.1:8000/")


def test_a_set_up_can_start_again_once_it_has_stopped(tmp_path: Path) -> None:
    for address in ("http://127.0.0.1:8000/", "http://127.0.0.1:9000/"):
        with run.only_one(tmp_path, address):
            assert address in (tmp_path / "run.lock").read_text()


def test_a_taken_port_is_said_so(taken_port: int) -> None:
    with pytest.raises(run.CannotRun, match=f"Port {taken_port} is taken"):
        run.free_port("127.0.0.1", taken_port, patience=0)


def test_a_taken_port_ends_with_status_1_and_one_line(own_set_up: dict[str, str], taken_port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "leadops.run"],
        cwd=ROOT,
        env=own_set_up | {"PORT": str(taken_port)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"Port {taken_port} is taken")


@pytest.mark.slow
def test_the_whole_of_it_starts_survives_its_parts_and_stops(own_set_up: dict[str, str], tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    said = tmp_path / "said"
    with said.open("wb") as output:
        whole = subprocess.Popen(
            [sys.executable, "-m", "leadops.run"], cwd=ROOT, env=own_set_up | {"PORT": str(port)}, stderr=output
        )
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", 200, within=180)
        for child in children_of(whole.pid):
            os.kill(child, signal.SIGKILL)
        time.sleep(1)
        wait_for(f"http://127.0.0.1:{port}/readyz", 200, within=60)
        assert "was killed by SIGKILL; starting it again" in said.read_text()
        children = children_of(whole.pid)
        whole.send_signal(signal.SIGINT)
        assert whole.wait(30) == 0
        assert said.read_text().rstrip().endswith("LeadOps has stopped.")
        assert not [child for child in children if Path(f"/proc/{child}").exists()]
    finally:
        whole.kill()
        whole.wait()


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def wait_for(address: str, status: int, *, within: float) -> None:
    """Returns once `address` answers with `status`."""
    deadline = time.monotonic() + within
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                seen = answer.status
        except urllib.error.HTTPError as error:
            seen = error.code
        except OSError:
            seen = 0
        if seen == status:
            return
        assert time.monotonic() < deadline, f"{address} still answers {seen}"
        time.sleep(0.2)
