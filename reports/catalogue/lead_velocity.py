"""How long leads take from stage to stage, and from their capture to the day they are won."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from django.db.models import Count, F, Q

from reports.aggregates import P90, Median, Seconds
from reports.asked import Asked
from reports.columns import Column, Counted, Unseen
from reports.report import PIPELINE, Grouped
from reports.table import Table
from reports.units import DAYS

KINDS: Final = ("captured", "contacted", "meeting", "opportunity", "proposal", "won")


def between(since: str, until: str) -> Seconds:
    """The seconds from one kind of stage to another; empty where either was never reached, or gone past."""
    return Seconds(F(f"{since}_at"), F(f"{until}_at"))


def of_step(since: str, until: str) -> tuple[Column, Column]:
    """The usual and the slow time from one kind of stage to the next."""
    label = f"{since.capitalize()} to {until}"
    start = "capture" if since == "captured" else f"the first time in a stage of the kind {since}"
    end = "the win" if until == "won" else f"the first time in a stage of the kind {until}"
    told = f"From {start} to {end}, of the leads of which both are known"
    return (
        Counted(f"{since}_to_{until}", label, f"{told}: the one in the middle.", DAYS, "less",
                of=Median(between(since, until))),
        Counted(f"{since}_to_{until}_p90", f"90 % {since} to {until}", f"{told}: what nine of ten keep within.", DAYS,
                "less", of=P90(between(since, until))),
    )  # fmt: skip


class LeadVelocity(Grouped):
    """The time from capture to won, and between stages."""

    slug = "lead-velocity"
    title = "Lead velocity"
    theme = PIPELINE
    about = "How long leads take from their capture to the win, and from stage to stage."
    groupings = ("source", "channel", "band", "score", "rule", "rep", "team", "territory", "industry", "country",
                 "product", "week", "month")  # fmt: skip
    charted = "median_to_won"
    columns = (
        Counted("leads", "Leads", "Leads captured in the period.", of=Count("pk")),
        Counted("won", "Won", "Of these, those that are won.", better="more", headline=True, of=Count("won_at")),
        Counted("median_to_won", "Captured to won", "From capture to the win, of the won leads: the one in the middle.",
                DAYS, "less", True, of=Median(between("captured", "won"))),
        Counted("p90_to_won", "90 % captured to won", "From capture to the win: what nine of ten won leads keep "
                "within.", DAYS, "less", True, of=P90(between("captured", "won"))),
        *(column for since, until in pairwise(KINDS) for column in of_step(since, until)),
        Unseen("backwards", "", of=Count("pk", filter=Q(won_at__lt=F("captured_at")))),
    )  # fmt: skip

    def table(self, asked: Asked) -> Table:
        table = super().table(asked)
        backwards = table.total.values["backwards"] if table.total else 0
        return replace(table, notes=won_backwards(backwards)) if backwards else table


def won_backwards(count: int) -> tuple[str, ...]:
    """What is said of leads that were won before they were captured."""
    leads = "1 lead was won before it was captured; its" if count == 1 else (
        f"{count:,} leads were won before they were captured; their"
    )  # fmt: skip
    return (f"{leads} time, below zero, is counted as it is.",)


REPORT = LeadVelocity()
