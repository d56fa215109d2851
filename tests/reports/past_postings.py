"""What stands behind a generated past: the postings of its assignments, and what customers said of its leads."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any

from reps.models import FeedbackRequest
from routing.models import Assignment, EligibleSet, Lead, Posting


def postings_of(company: Any, *, seed: int) -> list[Posting]:
    """Most assignments were by fair share, between reps and weights that change; some were taken back, at once or
    later."""
    rand = random.Random(seed)
    inside = [company.laura.pk, company.daniel.pk, company.emma.pk, company.mia.pk]
    sets = {
        company.inside.pk: [
            eligible(dict.fromkeys(inside, 1)),
            eligible(dict(zip(inside, (1, 2, 3, 7), strict=True))),
            eligible(dict.fromkeys(inside[:3], 1)),
        ],
        company.outside.pk: [eligible({company.omar.pk: 3, company.mia.pk: 1})],
    }
    rows = []
    for one in Assignment.objects.order_by("pk"):
        if rand.random() < 0.2:
            continue
        among = rand.choice(sets[one.team_id or 0])
        line: dict[str, Any] = {
            "team_id": one.team_id,
            "winner_id": rand.choice(json.loads(among.members))[0],
            "eligible": among,
            "reason": "assign",
            "lead_id": one.lead_id,
            "assignment": one,
        }
        rows.append(Posting(at=one.assigned_at, **line))
        if rand.random() < 0.15:
            rows.append(Posting(at=one.assigned_at + timedelta(days=rand.choice([0, 20])), **line | {"sign": -1}))
    return Posting.objects.bulk_create(rows)


def eligible(weights: dict[int, int]) -> EligibleSet:
    """Reps with weights, once for each."""
    members = json.dumps([[rep, weight] for rep, weight in weights.items()])
    return EligibleSet.objects.get_or_create(digest=members, defaults={"members": members})[0]


def feedback_of(*, at: datetime, seed: int) -> list[FeedbackRequest]:
    """Of leads that came to an end some were asked about; some of these answered, some are still to be asked."""
    rand = random.Random(seed)
    made = []
    for lead in Lead.objects.filter(is_open=False).order_by("pk"):
        state = rand.choice(["answered", "answered", "asked", "waiting", "dropped"])
        ended = min(at, (lead.won_at or lead.lost_at or at) + timedelta(hours=24))
        sent = ended if state in ("answered", "asked") else None
        made.append(
            FeedbackRequest(
                lead=lead,
                rep_id=rand.choice([lead.owner_id, lead.owner_id, None]),
                team_id=lead.team_id,
                state=state,
                occasion="won" if lead.won_at else "lost",
                happened_at=ended,
                due_at=ended,
                person=str(lead.pk),
                sent_at=sent,
                answered_at=sent if state == "answered" else None,
                rating=rand.choice([1, 3, 4, 4, 5]) if state == "answered" else None,
            )
        )
    return FeedbackRequest.objects.bulk_create(made)
