"""`make pictures`: the pictures of the README, taken anew from a demo that is started for it and thrown away.

`python -m tests.pictures [NAME ...]` takes all, or only those named. Each is a PNG in docs/pictures of at most 150 KB.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

from tests.bench.latency import free_port, running
from tests.chromium import ARGUMENTS, CHROMIUM

PLACE = Path(__file__).resolve().parents[1] / "docs" / "pictures"
PASSWORD = "fieldwise-demo"
LARGEST = 150_000
"""Bytes. A README is read over slow lines too."""

WIDE: ViewportSize = {"width": 1200, "height": 760}
TALL: ViewportSize = {"width": 1200, "height": 1100}
WITH_MENU: ViewportSize = {"width": 1320, "height": 760}
PHONE: ViewportSize = {"width": 390, "height": 760}


@dataclass(frozen=True)
class Picture:
    """One page as somebody sees it. `then` does what has to be done on the page first."""

    name: str
    who: str
    path: str
    then: Callable[[Page], None] | None = None
    size: ViewportSize | None = None
    scheme: str = "light"


def open_why(page: Page) -> None:
    """Of the lead on top of the queue: all that is known of why it is here."""
    first = page.locator("main a[href^='/leads/']").first.get_attribute("href") or "/"
    page.goto(f"{first.partition('#')[0]}why/")


def change_the_draft(page: Page) -> None:
    """A score counts a little more, so that there is something to publish."""
    page.locator(".lo-name").first.click()
    points = page.locator("#id_points")
    points.fill(str(int(points.input_value()) + 5))
    page.get_by_role("button", name="Save", exact=True).click()
    page.goto("/admin/routing/plansettings/publish/")


def ask_by_hour(page: Page) -> None:
    """When leads wait: the map of the week."""
    page.goto("/reports/speed-to-lead/?period=last-90-days&group=hour")


PICTURES = (
    Picture("queue", "emma", "/"),
    Picture("queue-dark", "emma", "/", scheme="dark"),
    Picture("queue-phone", "emma", "/", size=PHONE),
    Picture("claims", "emma", "/claims/"),
    Picture("why", "emma", "/", then=open_why, size=TALL),
    Picture("dashboard", "dana", "/admin/", size=WITH_MENU),
    Picture("rules", "dana", "/admin/routing/rule/", size=WITH_MENU),
    Picture("publish", "dana", "/admin/routing/scorerule/", then=change_the_draft, size=WITH_MENU),
    Picture("report", "dana", "/reports/", then=ask_by_hour, size=WIDE),
    Picture("output", "dana", "/reports/output/?period=last-90-days", size=TALL),
)


def main() -> int:
    wanted = set(sys.argv[1:])
    unknown = wanted - {picture.name for picture in PICTURES}
    if unknown:
        print(f"There is no picture {', '.join(sorted(unknown))}.", file=sys.stderr)  # noqa: T201
        return 1
    room, port = Path(tempfile.mkdtemp(prefix="leadops-pictures-")), free_port()
    environment = os.environ | {"VAR_DIR": str(room), "PORT": str(port), "LOG_LEVEL": "ERROR"}
    PLACE.mkdir(exist_ok=True)
    try:
        with running(environment, port):
            sizes = take([one for one in PICTURES if not wanted or one.name in wanted], f"http://127.0.0.1:{port}")
    finally:
        shutil.rmtree(room, ignore_errors=True)
    too_large = [name for name, size in sizes.items() if size > LARGEST]
    if too_large:
        print(f"Larger than {LARGEST:,} bytes: {', '.join(too_large)}.", file=sys.stderr)  # noqa: T201
    return 1 if too_large else 0


def take(pictures: list[Picture], address: str) -> dict[str, int]:
    """Takes the pictures; how many bytes each has."""
    sizes = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for picture in pictures:
            scheme = "dark" if picture.scheme == "dark" else "light"
            context = browser.new_context(base_url=address, viewport=picture.size or WIDE, color_scheme=scheme)
            page = context.new_page()
            page.goto(f"/log-in/?next={picture.path}")
            page.get_by_label("User name").fill(picture.who)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(f"{address}{picture.path}")
            if picture.then is not None:
                picture.then(page)
            page.wait_for_load_state("networkidle")
            file = PLACE / f"{picture.name}.png"
            page.screenshot(path=file, animations="disabled")
            sizes[picture.name] = file.stat().st_size
            print(f"{file.name}: {sizes[picture.name]:,} bytes")  # noqa: T201
            context.close()
        browser.close()
    return sizes


if __name__ == "__main__":
    sys.exit(main())
