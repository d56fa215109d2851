"""What is told to whom, how it reads, and by which channels unless they chose otherwise: the one table of it.

`text` begins with the lead: its name where the reader may see that, else "A lead from" its source. Subjects, titles and
what goes to a team's channel never name a lead. A kind that is not here concerns nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

REP, TEAM, REP_OR_TEAM, MANAGERS, REP_AND_MANAGERS, ONESELF = (
    "rep",
    "team",
    "rep_or_team",
    "managers",
    "rep_and_managers",
    "oneself",
)
"""Whom it concerns: the event's rep, everybody in its team (or: only where it names no rep), who manages it."""

PAGE, BROWSER, EMAIL = "page", "browser", "email"
CHANNELS: Final = (PAGE, BROWSER, EMAIL)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of news."""

    label: str
    """On the page where people choose: When ..."""
    who: str
    subject: str
    text: str
    usual: tuple[str, ...] = (PAGE,)
    many: str = ""
    """How several that were gathered read; empty: each is told by itself."""
    gathers: str = "imported"
    """imported: those of an import only. always: whatever comes within some minutes."""
    link: str = "queue"
    """The page for it, where there is no lead to show."""
    urgent: bool = False
    """May pass quiet hours, where the person says so."""
    channel: str = ""
    """What a team's channel reads; empty: nothing."""


KINDS: Final[dict[str, Kind]] = {
    # --- to reps
    "lead.assigned": Kind(
        label="a new lead is mine",
        who=REP,
        subject="A new lead is yours",
        text="{lead} is yours.",
        many="{count} leads of an import are yours.",
        usual=(PAGE, BROWSER, EMAIL),
        urgent=True,
    ),
    "lead.offered": Kind(
        label="a lead is offered to me",
        who=REP,
        subject="A lead is offered to you",
        text="{lead} is offered to you{until}. Accept it, or pass it on.",
        usual=(PAGE, BROWSER, EMAIL),
        urgent=True,
    ),
    "lead.pooled": Kind(
        label="there is a lead to claim, pick or pull",
        who=TEAM,
        subject="There is a lead to be had",
        text="{lead} is up for grabs in {team}: the first to take it has it.",
        many="{count} leads of an import are up for grabs.",
        usual=(PAGE, BROWSER),
        link="claims",
        channel="{lead} is up for grabs in {team}: the first to take it has it.",
    ),
    "lead.repeated": Kind(
        label="somebody whose lead I have came again",
        who=REP,
        subject="Somebody came again",
        text="{lead} came again. It is on your desk already.",
        usual=(PAGE, EMAIL),
    ),
    "leads.repeated": Kind(
        label="an import brought leads I have",
        who=REP,
        subject="Leads of yours came again",
        text="{leads} leads of yours were in an import.",
    ),
    "lead.taken_away": Kind(
        label="a lead was taken from me",
        who=REP,
        subject="A lead is no longer yours",
        text="{lead} is no longer yours: it goes to somebody else.",
        many="{count} leads are no longer yours: they go to somebody else.",
        gathers="always",
        usual=(PAGE, EMAIL),
    ),
    "sla.remind": Kind(
        label="a lead waits for my answer",
        who=REP_OR_TEAM,
        subject="A lead waits for an answer",
        text="{lead} still waits for an answer.",
        usual=(PAGE, BROWSER, EMAIL),
        urgent=True,
        channel="{lead} still waits for an answer.",
    ),
    "next_step.due": Kind(
        label="something I planned is due",
        who=REP,
        subject="Something you planned is due",
        text="{lead}: what you planned is due.",
        usual=(PAGE, BROWSER),
    ),
    # --- to reps and their managers
    "sla.breach": Kind(
        label="a lead was not answered in time",
        who=REP_AND_MANAGERS,
        subject="A lead was not answered in time",
        text="{lead} was not answered in time{by}.",
        many="{count} leads were not answered in time.",
        gathers="always",
        channel="{lead} was not answered in time.",
    ),
    # --- to managers
    "sla.escalate": Kind(
        label="a lead is escalated to me",
        who=MANAGERS,
        subject="A lead needs you",
        text="{lead} still waits for an answer{by}.",
        usual=(PAGE, BROWSER, EMAIL),
        urgent=True,
        link="admin:index",
    ),
    "sla.reassign": Kind(
        label="a lead was passed on for want of an answer",
        who=MANAGERS,
        subject="A lead was passed on",
        text="{lead} had no answer{by}, and was passed on.",
        many="{count} leads had no answer, and were passed on.",
        gathers="always",
        link="admin:index",
    ),
    "sla.release": Kind(
        label="a lead was released to the team",
        who=MANAGERS,
        subject="A lead was released to the team",
        text="{lead} had no answer{by}, and is up for grabs in {team}.",
        many="{count} leads had no answer, and were released to their teams.",
        gathers="always",
        link="admin:index",
    ),
    "lead.waiting": Kind(
        label="a lead waits for somebody able to take it",
        who=MANAGERS,
        subject="A lead waits for somebody able to take it",
        text="{lead} waits: nobody in {team} can take it now.",
        many="{count} leads wait for somebody able to take them.",
        gathers="always",
        link="admin:index",
    ),
    "lead.given_back": Kind(
        label="a lead was given back",
        who=MANAGERS,
        subject="A lead was given back",
        text="{lead} was given back{by}{reason}.",
        link="admin:index",
    ),
    "next_step.overdue": Kind(
        label="a next step is overdue",
        who=MANAGERS,
        subject="A next step is overdue",
        text="{lead}: the next step is overdue{by}.",
        many="{count} next steps are overdue.",
        gathers="always",
        link="admin:index",
    ),
    "rep.below": Kind(
        label="a rep falls below a target, or well below their own weeks",
        who=MANAGERS,
        subject="A rep's numbers want a look",
        text="{text}",
        usual=(PAGE, EMAIL),
        link="targets",
    ),
    "feedback.low": Kind(
        label="a customer is unhappy",
        who=MANAGERS,
        subject="A customer is unhappy",
        text="{lead}: the customer gives {rating} of 5{about}.",
        usual=(PAGE, EMAIL),
        link="admin:index",
    ),
    "alert": Kind(
        label="LeadOps warns me",
        who=MANAGERS,
        subject="LeadOps warns",
        text="{text}",
        usual=(PAGE, BROWSER, EMAIL),
        urgent=True,
        link="admin:index",
    ),
    # --- by the clock
    "digest": Kind(
        label="the day's digest is there",
        who=ONESELF,
        subject="Your day",
        text="{figures}",
        usual=(PAGE, EMAIL),
    ),
    # --- asked for
    "export.ready": Kind(
        label="an export I asked for is ready",
        who=ONESELF,
        subject="An export is ready",
        text="The export you asked for is ready to be downloaded.",
        link="exports",
    ),
    # --- reports that somebody has sent, said by the wing of reports
    "report.mail": Kind(
        label="a report comes by mail",
        who=ONESELF,
        subject="A weekly report",
        text="A weekly report.",
        usual=(EMAIL,),
        link="report-mails",
    ),
    "report.stopped": Kind(
        label="a weekly mail of mine was stopped",
        who=ONESELF,
        subject="A weekly report was stopped",
        text="{text}",
        usual=(PAGE, EMAIL),
        link="report-mails",
    ),
}

OF_MANAGERS: Final = frozenset(slug for slug, kind in KINDS.items() if kind.who in (MANAGERS, REP_AND_MANAGERS))
OF_REPS: Final = frozenset(slug for slug, kind in KINDS.items() if kind.who not in (MANAGERS, ONESELF))

BY_THEMSELVES: Final = frozenset({"claim", "pick", "blind", "offer"})
"""Ways to a lead (`detail.method`) that its new owner need not be told of: they took it."""


def kind_of(event: str) -> str | None:
    """The kind that an event is told as; None for one that concerns nobody. All alerts are one kind."""
    kind = "alert" if event.startswith("alert.") else event
    return kind if kind in KINDS and KINDS[kind].who != ONESELF else None
