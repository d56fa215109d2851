"""How customers are asked: of whose work, after what, in whose name. Nothing of the lead is in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from reps.models import FeedbackRequest, Occasion

from .policies import Policies

QUESTIONS: Final = {
    Occasion.WON: "How was working with {who}?",
    Occasion.LOST: "How was your contact with {who}?",
    Occasion.MEETING: "How was your meeting with {who}?",
}
BEFORE: Final = {
    Occasion.WON: "You chose {company}: thank you.",
    Occasion.LOST: "You were in touch with {company}, and it did not come to an order. We would like to do better.",
    Occasion.MEETING: "You had a meeting with {company}.",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What one customer reads."""

    company: str
    question: str
    before: str


def question_of(request: FeedbackRequest, among: Policies) -> Question:
    """The question about one occasion, in the name that the policy says, whether it is switched on or not by now."""
    policy = among.get(request.team_id) or among.get(None)
    company = policy.company if policy is not None and policy.company else "us"
    first_name = request.rep.name.split()[:1] if request.rep is not None else []
    occasion = Occasion(request.occasion)
    return Question(
        company=company,
        question=QUESTIONS[occasion].format(who=first_name[0] if first_name else "us"),
        before=BEFORE[occasion].format(company=company),
    )
