"""Measures, on the `make run` set-up, how long after its answer a captured lead is assigned.

`python -m tests.bench.latency [--rate 20] [--seconds 60]` starts a set-up of its own in a temporary folder (or with the
DATABASE_URL it is given), posts leads to its API at a steady rate, and stops it again. Prints one line of JSON.
"""

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import company

ROOT = Path(__file__).resolve().parents[2]
RULES, REPS = 50, 40


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=20, help="captures a second")
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    room = Path(tempfile.mkdtemp(prefix="leadops-latency-"))
    try:
        print(json.dumps(measure(room, options.rate, options.seconds)))  # noqa: T201
    finally:
        shutil.rmtree(room, ignore_errors=True)


def measure(room: Path, rate: float, seconds: float) -> dict[str, object]:
    port = free_port()
    environment = os.environ | {"VAR_DIR": str(room), "PORT": str(port), "LOG_LEVEL": "ERROR"}
    with running(environment, port):
        token = prepare(environment, room)
        answered, failures = post(port, token, rate, seconds)
        time.sleep(5)
        assigned = assignments(environment)
    waits = [max(0.0, (assigned[lead] - at).total_seconds()) for lead, at in answered.items() if lead in assigned]
    ordered = sorted(waits)
    return {
        "captures": len(answered),
        "failures": failures,
        "assigned": len(waits),
        "median_seconds": round(statistics.median(ordered), 3),
        "p95_seconds": round(ordered[int(len(ordered) * 0.95)], 3),
        "longest_seconds": round(ordered[-1], 3),
    }


@contextmanager
def running(environment: dict[str, str], port: int) -> Iterator[None]:
    """`make run`'s group of processes, until the block ends."""
    group = subprocess.Popen(
        [sys.executable, "-m", "leadops.run"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=sys.stderr
    )
    try:
        until = time.monotonic() + 180
        while not answers(port):
            if group.poll() is not None or time.monotonic() > until:
                raise RuntimeError("the set-up does not start")
            time.sleep(0.2)
        yield
    finally:
        group.send_signal(signal.SIGINT)
        group.wait(30)


def prepare(environment: dict[str, str], room: Path) -> str:
    """The bench company's plan published over whatever is there; a token of a source."""
    from routing.plan.document import write  # noqa: PLC0415  # heavy, and only here

    plan = room / "plan.yaml"
    plan.write_text(write(company.document(rules=RULES, reps=REPS)))
    manage(environment, "load_plan", str(plan), "--publish", "--prune")
    return manage(environment, "make_token", "--source", "bench").strip()


def post(port: int, token: str, rate: float, seconds: float) -> tuple[dict[int, datetime], int]:
    """Posts leads at a steady rate; when each was answered, by its id, and how many were not taken."""
    answered: dict[int, datetime] = {}
    failures = 0
    lock = threading.Lock()
    connections = threading.local()
    leads = company.leads(int(rate * seconds), rules=RULES)

    def one(facts: dict[str, object]) -> None:
        nonlocal failures
        connection = getattr(connections, "kept", None) or http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        connections.kept = connection
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/leads/", json.dumps(facts), headers)
            response = connection.getresponse()
            body, at = json.loads(response.read()), datetime.now(UTC)
        except OSError:
            connections.kept = None
            with lock:
                failures += 1
            return
        with lock:
            if response.status == 201 and body["id"]:
                answered[body["id"]] = at
            else:
                failures += 1

    began = time.monotonic()
    with ThreadPoolExecutor(16) as pool:
        for number, facts in enumerate(leads):
            time.sleep(max(0.0, began + number / rate - time.monotonic()))
            pool.submit(one, facts)
    return answered, failures


def assignments(environment: dict[str, str]) -> dict[int, datetime]:
    """When each lead was assigned or put into a pool, by its id."""
    script = (
        "import json\nfrom routing.models import Lead\n"
        "print(json.dumps({l.pk: (l.assigned_at or l.pooled_at).isoformat()"
        " for l in Lead.objects.filter(status__in=['assigned', 'pooled'], source__slug='bench')}))"
    )
    listed = json.loads(manage(environment, "shell", "-v", "0", "-c", script).splitlines()[-1])
    return {int(lead): datetime.fromisoformat(at) for lead, at in listed.items()}


def manage(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stderr}")
    return done.stdout


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
