"""Measures raw exports of a million leads: `python -m tests.bench.exports DATABASE --leads 1000000`.

Each file is streamed to its end as a browser would get it, then written once in the background. Prints one line of
JSON: rows and megabytes a second, when the first bytes came, and by how much the process grew meanwhile.
"""

import argparse
import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.bench.database import on
from tests.bench.pages import prepare

WARM_UP = 20
"""Pieces after which everything is loaded that is loaded once."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", choices=("postgres",))
    parser.add_argument("--leads", type=int, default=1_000_000)
    options = parser.parse_args()
    with on(options.database):
        everything = prepare(options.leads)["admin"]
        print(json.dumps(measured(everything)))  # noqa: T201


def measured(user: Any) -> dict[str, dict[str, float]]:
    """The three streamed, and leads in the background."""
    from django.utils.timezone import now  # noqa: PLC0415  # Django is set up by now, and not before

    from reports.exports import working  # noqa: PLC0415
    from reports.exports.asked import Asked  # noqa: PLC0415
    from reports.exports.requests import ask  # noqa: PLC0415
    from reports.exports.sheets import SHEETS  # noqa: PLC0415
    from reports.models import ExportRun  # noqa: PLC0415
    from routing.export import csv_answer  # noqa: PLC0415

    found = {}
    for slug, sheet in SHEETS.items():
        began = time.perf_counter()
        written = sheet.written_for(user, Asked())
        answer: Any = csv_answer(slug, written.header, written.lines(sheet.rows_for(user, Asked())))
        found[f"{slug}, streamed"] = streamed(answer.streaming_content, began)
    run, began, before = (
        ask(sheet="leads", by=user, asked=Asked(), bom=False, at=now()),
        time.perf_counter(),
        resident(),
    )
    while ExportRun.objects.get(pk=run.pk).is_at_work:
        working.work_all(now())
    run.refresh_from_db()
    seconds, grew = time.perf_counter() - began, resident() - before
    found["leads, in the background"] = figures(run.rows, run.size, seconds) | {"grew_by_megabytes": round(grew, 1)}
    return found


def streamed(pieces: Iterable[bytes], began: float) -> dict[str, float]:
    first, rows, size, before, most = 0.0, -1, 0, 0.0, 0.0
    for number, piece in enumerate(pieces):
        first = first or time.perf_counter() - began
        rows += piece.count(b"\r\n")
        size += len(piece)
        if number % WARM_UP == 0:
            before = before or (resident() if number else 0.0)
            most = max(most, resident())
    found = figures(rows, size, time.perf_counter() - began)
    return found | {"first_bytes_ms": round(first * 1000), "grew_by_megabytes": round(most - before, 1)}


def figures(rows: int, size: int, seconds: float) -> dict[str, float]:
    return {
        "rows": rows,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 1),
        "rows_a_second": round(rows / seconds),
    }


def resident() -> float:
    """Megabytes that this process holds in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
