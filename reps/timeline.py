"""What happened to a lead, newest first: who got it, what was done, where it moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reps.facts import figure
from reps.models import Activity, FeedbackRequest, NextStep
from reps.moments import hour, talk
from reps.planning import why_it_ended
from routing.models import Assignment, Capture, Decision, Lead, LeadChange, Offer, SlaStep, User

RECENT = 200


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    what: str
    who: str = ""
    body: str = ""
    tone: str = "quiet"
    """touch, change or quiet: how much it weighs on the eye."""
    source: str = ""
    """How it is known, where that is worth a quiet word."""


def timeline(lead: Lead) -> list[Entry]:
    """The last things that happened, newest first. As many queries however much there is."""
    entries = [
        *(told(activity) for activity in lead.activities.select_related("by", "rep")[:RECENT]),
        *(line for got in lead.assignments.select_related("rep", "team", "by")[:RECENT] for line in held(got)),
        *(
            routed(decision)
            for decision in lead.decisions.filter(assignments=None, offers=None).select_related("team")[:RECENT]
        ),
        *(line for offer in lead.offers.select_related("rep")[:RECENT] for line in offered(offer)),
        *(
            Entry(step.taken_at, STEPS.get(step.do, step.do))
            for step in SlaStep.objects.filter(clock__lead=lead).order_by("-pk")[:RECENT]
        ),
        *(changed(change) for change in lead.changes.select_related("by")[:RECENT]),
        *(
            Entry(capture.received_at, f"Came again from {capture.source}")
            for capture in lead.captures.filter(status=Capture.Status.DUPLICATE)
            .select_related("source")
            .defer("body")
            .order_by("-received_at")[:RECENT]
        ),
        *(line for step in lead.next_steps.select_related("by", "assignment")[:RECENT] for line in planned(step, lead)),
        *(line for asked in lead.feedback.order_by("-pk")[:RECENT] for line in asked_of(asked)),
        *moves(lead),
        Entry(lead.captured_at, f"Arrived from {lead.source}"),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


STEPS = {
    "remind": "Reminded: it waits for an answer",
    "escalate": "The manager was told that it waits",
    "breach": "Not answered in time",
    "reassign": "Not answered: it goes to somebody else",
    "release": "Not answered: released to be claimed",
}


def offered(offer: Offer) -> list[Entry]:
    """That it was on offer to somebody, and what became of that; an acceptance is told by the assignment."""
    lines = [Entry(offer.offered_at, f"Offered to {offer.rep}", tone="change")]
    if offer.answered_at and offer.state != Offer.State.ACCEPTED:
        became = {"declined": "declined", "timed_out": "did not answer in time", "withdrawn": "is not asked any more"}
        lines.append(Entry(offer.answered_at, f"{offer.rep} {became.get(offer.state, offer.state)}"))
    return lines


def routed(decision: Decision) -> Entry:
    """That the rules were asked and nobody had it at once: it was pooled, held or set aside."""
    team = f" of {decision.team}" if decision.team else ""
    what = {
        "pooled": f"Put into the pool{team}",
        "waiting": "Held until somebody can take it",
        "disqualified": "Set aside: it does not qualify",
    }.get(decision.outcome, f"Routed: {decision.outcome}")
    return Entry(decision.at, what, tone="change")


def changed(change: LeadChange) -> Entry:
    """A change by a person or another system, by its kind."""
    what = CHANGES.get(change.kind, change.kind.replace("_", " ").capitalize())
    if change.kind == "recycled":
        return Entry(change.at, f"Recycled: {recycled(change.detail or {})}", who(change.by), tone="change")
    return Entry(change.at, what, who(change.by))


CHANGES = {
    "call_dropped": "The call did not happen",
    "mail_started": "Mail begun",
    "mail_dropped": "The mail was not sent",
}


def recycled(detail: dict[str, Any]) -> str:
    """Why a lead began anew."""
    if detail.get("because") == "untouched":
        return "nobody had touched it for long"
    reason = detail.get("lost_reason")
    return f"it had been lost: {reason}" if reason else "it had been lost"


def planned(step: NextStep, lead: Lead) -> list[Entry]:
    """That something was planned, and what became of it. What ended with the having of the lead ended then."""
    step.lead = lead
    name = who(step.by)
    lines = [Entry(step.set_at, f"Planned for {hour(step.at, step.set_at)}", name, step.what)]
    outcome = why_it_ended(step)
    ended_at = step.ended_at or step.assignment.ended_at or lead.won_at or lead.lost_at
    if outcome and ended_at:
        by = name if outcome in (NextStep.Outcome.DONE, NextStep.Outcome.CANCELLED) else ""
        words = NextStep.Outcome(outcome).label
        lines.append(Entry(ended_at, f"Next step {words}", by, step.what if outcome == NextStep.Outcome.DONE else ""))
    return lines


def told(activity: Activity) -> Entry:
    """What somebody did with the lead."""
    inbound = activity.direction == Activity.Direction.IN
    what = {
        Activity.Kind.CALL: "They called" if inbound else "Call",
        Activity.Kind.EMAIL: "They wrote an e-mail" if inbound else "E-mail",
        Activity.Kind.MESSAGE: "They sent a message" if inbound else "Message",
        Activity.Kind.MEETING: "Meeting",
        Activity.Kind.NOTE: "Note",
    }[Activity.Kind(activity.kind)]
    if activity.outcome:
        what += f": {activity.get_outcome_display()}"
    if activity.seconds:
        what += f", {talk(activity.seconds)}"
    note = activity.kind == Activity.Kind.NOTE
    name = who(activity.by) or (str(activity.rep) if activity.rep else "")
    return Entry(
        activity.at, what, name, activity.body, "quiet" if note else "touch", "" if note else known_by(activity)
    )


def known_by(activity: Activity) -> str:
    """Whether somebody told of it, or a system saw it."""
    return "self-reported" if activity.self_reported else "seen by LeadOps"


def asked_of(asked: FeedbackRequest) -> list[Entry]:
    """That the customer was asked how it was, and what they said."""
    lines = [Entry(asked.sent_at, "Asked for feedback")] if asked.sent_at else []
    if asked.answered_at and asked.rating:
        what = f"The customer gives {asked.rating} of 5: {asked.in_words.lower()}"
        lines.append(Entry(asked.answered_at, what, "", asked.words, "change"))
    return lines


def held(got: Assignment) -> list[Entry]:
    """That somebody got the lead, and that they no longer have it."""
    team = f" in {got.team}" if got.team else ""
    by = "" if got.by_id is not None and got.by_id == got.rep.user_id else who(got.by)
    lines = [Entry(got.assigned_at, f"{HOW[got.method].format(rep=got.rep)}{team}", by, got.note, "change")]
    if got.ended_at and got.ended_because:
        lines.append(Entry(got.ended_at, f"No longer with {got.rep}: {got.ended_because.replace('_', ' ')}"))
    return lines


HOW = {
    "assign": "Assigned to {rep}",
    "offer": "Accepted by {rep}",
    "claim": "Claimed by {rep}",
    "pick": "Picked by {rep}",
    "blind": "Pulled by {rep}",
    "manual": "Handed to {rep}",
    "returning": "Back to {rep}, who had them before",
    "import": "Brought along by {rep}",
}


def moves(lead: Lead) -> list[Entry]:
    """The stages it was moved to, by the names that they have now."""
    return [
        Entry(move.at, f"Moved to {move.stage}{outcome(lead, move.at)}", who(move.by), tone="change")
        for move in lead.moves.select_related("stage", "by")[:RECENT]
    ]


def outcome(lead: Lead, at: datetime) -> str:
    """What a lead was won for, or why it was lost, beside the move that closed it."""
    if lead.won_at == at and lead.value is not None:
        return f", for {figure(lead.value)}"
    return f": {lead.lost_reason}" if lead.lost_at == at and lead.lost_reason else ""


def who(user: User | None) -> str:
    """The name of somebody who acted; empty where a system did."""
    return (user.get_full_name() or user.get_username()) if user else ""
