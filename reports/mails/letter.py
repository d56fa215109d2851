"""The weekly mail itself: the large figures with how they moved, the first rows, the same view behind a link."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any, Final

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import now

from reports.answering import answer
from reports.asked import Asked
from reports.columns import Column
from reports.mails.asking import CannotAsk, asked_by
from reports.mails.links import path_of
from reports.models import Subscription
from reports.report import Report
from reports.table import Row, Table
from reports.templatetags.numbers import moved
from reports.written import by_words, header, lines
from reps.models import Delivery
from reps.notify.email import called
from reps.notify.letters import Letter
from reps.notify.outbound import NeverWill
from routing.address import absolute
from routing.export import harmless
from routing.models import User

ROWS: Final = 10
COLUMNS: Final = 5
SMALL: Final = 200_000
"""Characters of a file that still goes with a mail."""


@dataclass(frozen=True)
class Figure:
    """One large figure, and how it stands to the days before."""

    label: str
    shown: str
    change: str
    mood: str


def write(delivery: Delivery, user: User) -> Letter:
    """The mail of a delivery. Raises NeverWill where it was ended, deleted or closed to its reader meanwhile."""
    event = delivery.news.event
    detail = event.detail if event is not None else {}
    subscription = Subscription.objects.select_related("owner").filter(pk=detail.get("subscription", 0)).first()
    if subscription is None:
        raise NeverWill("The weekly mail was deleted.")
    place = subscription.addressees.filter(user=user).first()
    if not detail.get("asked_for") and (place is None or place.ended_at is not None):
        raise NeverWill("Whoever it was for gets it no more.")
    try:
        report, asked = asked_by(subscription, user, at=now())
    except CannotAsk as why:
        raise NeverWill(str(why)) from None
    mails = reverse("report-mails")
    end = mails if place is None else path_of(place)
    return letter(subscription, report, asked, user, end=absolute(end), one_click=place is not None)


def letter(
    subscription: Subscription, report: Report, asked: Asked, user: User, *, end: str, one_click: bool
) -> Letter:
    """The mail of a view, as its reader may see it. `end` is where they can end it."""
    table, owner = answer(report, asked), subscription.owner
    files, left_out = file_of(report, asked, table) if subscription.with_file else ((), False)
    columns = columns_of(table)
    context: dict[str, Any] = {
        "called": called(user),
        "report": report,
        "asked": asked,
        "before": asked.period.before if report.has_period and not table.is_empty else None,
        "figures": [figure(table.total, column) for column in table.headlines] if table.total else [],
        "by": by_words(asked) or "",
        "columns": [(column.label, column.unit.name) for column in columns],
        "rows": [cells(row, columns) for row in (*table.rows[:ROWS], *([table.total] if table.total else []))],
        "text_table": in_text(table, columns, by_words(asked)),
        "more": max(0, len(table.rows) - ROWS),
        "empty": table.is_empty,
        "left_out": left_out,
        "link": absolute(f"{reverse('report', args=[report.slug])}?{subscription.query}&compare=on"),
        "by_whom": "" if owner.pk == user.pk else owner.get_full_name() or owner.username,
        "mails": absolute(reverse("report-mails")),
        "end": end,
        "site": absolute("/"),
    }
    return Letter(
        f"{report.title}: {asked.period.words}" if report.has_period else report.title,
        render_to_string("mail/report.txt", context),
        render_to_string("mail/report.html", context),
        unsubscribe=end,
        one_click=one_click,
        files=files,
    )


def figure(total: Row, column: Column) -> Figure:
    """A large figure. How it moved is said in words, with what it was."""
    change = moved(total, column)
    if not change:
        words = ""
    elif change.get("arrow"):
        words = f"{change['arrow']} {change['words']} {told(column, total.value_before(column))}"
    else:
        words = str(change["words"])
    return Figure(column.label, told(column, total.value(column)), words, change.get("mood", ""))


def told(column: Column, value: Any) -> str:
    """A value with its unit."""
    unit = column.unit
    shown = unit.shown(value)
    suffix = unit.suffix or (f" {unit.name}" if unit.name else "")
    return f"{shown}{suffix}" if unit.numeric and value is not None else shown


def columns_of(table: Table) -> list[Column]:
    """As many columns as a mail has room for: the headlines first, in the order of the table."""
    chosen = sorted(table.shown, key=lambda column: not column.headline)[:COLUMNS]
    return [column for column in table.shown if column in chosen]


def cells(row: Row, columns: list[Column]) -> list[str]:
    return [row.label, *(column.unit.shown(row.value(column)) for column in columns)]


def in_text(table: Table, columns: list[Column], by: str) -> str:
    """The first rows in columns of plain text, numbers to the right."""
    heads = [by, *(f"{column.label}{f' ({column.unit.name})' if column.unit.name else ''}" for column in columns)]
    rows = [cells(row, columns) for row in table.rows[:ROWS]]
    if table.total is not None:
        rows.append(cells(table.total, columns))
    widths = [max(len(row[place]) for row in [heads, *rows]) for place in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) if place == 0 else text.rjust(width)
                  for place, (text, width) in enumerate(zip(row, widths, strict=True))).rstrip()
        for row in [heads, *rows]
    )  # fmt: skip


def file_of(report: Report, asked: Asked, table: Table) -> tuple[tuple[tuple[str, str, str], ...], bool]:
    """The table as a file, and whether it was left out for its size."""
    written = io.StringIO()
    sheet = csv.writer(written)
    sheet.writerow([harmless(name) for name in header(table, asked)])
    for line in lines(table):
        sheet.writerow([harmless(cell) for cell in line])
        if written.tell() > SMALL:
            return (), True
    return ((f"{report.slug}-{asked.period.last_on}.csv", "\ufeff" + written.getvalue(), "text/csv"),), False
