"""A process that does what is due in routing, again and again, until it is killed: `python -m tests.proofs.sweeper`."""

import django

django.setup()

from django.utils.timezone import now  # noqa: E402

from routing import pipeline  # noqa: E402
from routing.deadlines import offers, steps  # noqa: E402


def main() -> None:
    print("sweeping", flush=True)  # noqa: T201
    while True:
        steps.take_due(now())
        offers.expire_due(now())
        pipeline.route()


if __name__ == "__main__":
    main()
