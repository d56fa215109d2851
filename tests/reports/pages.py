"""The table of a report read off its page: what a person sees, cell by cell."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class Seen(HTMLParser):
    """`rows` by label and column, as (value, value before); `figures` the large ones by column; `next` the page after.

    A label that stands twice is told apart by its turn.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[tuple[str, dict[str, list[str]]]] = []
        self.figures: dict[str, str] = {}
        self.next: str | None = None
        self.in_table = self.in_label = False
        self.column: str | None = None
        self.big: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given: dict[str, Any] = dict(attrs)
        if tag == "table":
            self.in_table = "numbers" in given.get("class", "")
        elif tag == "th" and given.get("scope") == "row" and self.in_table:
            self.rows.append(("", {}))
            self.in_label = True
        elif tag == "td" and "data-column" in given:
            self.column = given["data-column"]
        elif tag == "dd":
            self.big = given.get("data-column")
        elif tag == "data" and self.in_table and self.column:
            self.rows[-1][1].setdefault(self.column, []).append(given["value"])
        elif tag == "data" and self.big:
            self.figures[self.big] = given["value"]
        elif tag == "a" and given.get("rel") == "next":
            self.next = given["href"]

    def handle_data(self, data: str) -> None:
        if self.in_label:
            self.rows[-1] = (self.rows[-1][0] + data, self.rows[-1][1])

    def handle_endtag(self, tag: str) -> None:
        if tag == "th":
            self.in_label = False
        elif tag == "td":
            self.column = None
        elif tag == "table":
            self.in_table = False
