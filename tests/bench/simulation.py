"""Measures `simulate` over 8,000 leads with the bench plan: `python -m tests.bench.simulation`.
Prints one line of JSON.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from routing.plan.document import write
from tests.bench import company

ROOT = Path(__file__).resolve().parents[2]


def main(count: int = 8_000, rules: int = 200, reps: int = 100) -> None:
    with tempfile.TemporaryDirectory() as room:
        plan, leads, out = Path(room, "plan.yaml"), Path(room, "leads.csv"), Path(room, "out.csv")
        plan.write_text(write(company.document(rules=rules, reps=reps)))
        listed = list(company.leads(count, rules=rules))
        with leads.open("w", newline="") as file:
            writer = csv.DictWriter(file, ["id", *listed[0]])
            writer.writeheader()
            writer.writerows({"id": number, **facts} for number, facts in enumerate(listed))
        words = [sys.executable, "manage.py", "simulate", "--plan", plan, "--leads", leads, "--out", out]
        began = time.perf_counter()
        subprocess.run(words, cwd=ROOT, env=os.environ | {"VAR_DIR": room}, check=True)
        seconds = time.perf_counter() - began
        with out.open() as file:
            outcomes = [row["outcome"] for row in csv.DictReader(file)]
    figures = {"leads": count, "rules": rules, "reps": reps, "seconds": round(seconds, 2)}
    print(json.dumps(figures | {outcome: outcomes.count(outcome) for outcome in sorted(set(outcomes))}))  # noqa: T201


if __name__ == "__main__":
    main()
