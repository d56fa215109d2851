"""What the demo's customers said: asked as the policies would have, and answered by those who answer such mails."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from django.conf import settings

from reps.feedback.asking import may_be_asked
from reps.feedback.people import person_of
from reps.feedback.policies import policies, policy_for
from reps.models import Activity, Delivery, FeedbackPolicy, FeedbackRequest, Occasion
from routing.intake.inserting import insert_all
from routing.models import Lead, Rep, Team

from .life import KEENNESS

COMPANY: Final = "Fieldwise"
ANSWERS: Final = {Occasion.WON: 0.46, Occasion.MEETING: 0.34, Occasion.LOST: 0.17}
"""The share that answers."""
MEAN: Final = {Occasion.WON: 4.3, Occasion.MEETING: 4.1, Occasion.LOST: 3.1}
SAYS_SOMETHING: Final = 0.45
GOOD: Final = (
    "Quick, friendly, and {name} knew our trade.",
    "No pressure, clear prices. Thank you.",
    "{name} called back within minutes. That was new to us.",
    "The demo was made for our kind of work.",
    "Very patient with all our questions!",
)
FAIR: Final = (
    "Fine, but the proposal took a while.",
    "Friendly. The price was more than we had in mind.",
    "All right. We would have liked to try the phone app first.",
)
POOR: Final = (
    "I had to ask twice before anybody called.",
    "Too many calls. An e-mail would have done.",
    "The demo was about things we do not need.",
)


def ask_customers(*, at: datetime, chance: Random) -> None:
    """Policies, and a request for every occasion of the weeks until `at`; what is due later waits to be sent."""
    FeedbackPolicy.objects.create(active=True, after_lost=True, company=COMPANY)
    enterprise = Team.objects.get(slug="enterprise")
    FeedbackPolicy.objects.create(team=enterprise, active=True, after_meeting=True, company=COMPANY)
    reps = {rep.pk: rep for rep in Rep.objects.all()}
    requests = list(_asked(at=at))
    for request in requests:
        if request.sent_at is not None and request.rep_id is not None:
            _answered(request, reps[request.rep_id], at=at, chance=chance)
    if goes_to_strangers():
        # Nobody's customers are written to: some of their addresses might be somebody's.
        requests = [request for request in requests if request.state != FeedbackRequest.State.WAITING]
        FeedbackPolicy.objects.update(active=False)
    insert_all(requests)
    insert_all(
        [
            Delivery(feedback=request, channel=Delivery.Channel.EMAIL, next_at=request.due_at, created_at=at)
            for request in requests
            if request.state == FeedbackRequest.State.WAITING
        ]
    )


def goes_to_strangers() -> bool:
    """Whether mail leaves this machine, and is not only kept to be read at /dev/mail/."""
    return settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"


def _asked(*, at: datetime) -> Iterator[FeedbackRequest]:
    """In order of time, nobody too often."""
    known, last = policies(), dict[str, datetime]()
    for happened_at, lead, occasion in sorted(_occasions(), key=lambda one: (one[0], one[1].pk)):
        policy = policy_for(lead.team_id, known)
        if policy is None or not policy.asks_after(occasion) or not may_be_asked(lead, occasion):
            continue
        due_at = happened_at + timedelta(hours=policy.hours)
        before = last.get(lead.email_key)
        if before is not None and due_at < before + timedelta(days=policy.not_again_days):
            continue
        last[lead.email_key] = due_at
        is_due = due_at <= at
        yield FeedbackRequest(
            lead=lead,
            rep_id=lead.owner_id,
            team_id=lead.team_id,
            occasion=occasion,
            happened_at=happened_at,
            due_at=due_at,
            person=person_of(lead.email_key),
            state=FeedbackRequest.State.ASKED if is_due else FeedbackRequest.State.WAITING,
            sent_at=due_at + timedelta(seconds=2) if is_due else None,
        )


def _occasions() -> Iterator[tuple[datetime, Lead, str]]:
    for lead in Lead.objects.filter(won_at__isnull=False):
        if lead.won_at is not None:
            yield lead.won_at, lead, Occasion.WON
    for lead in Lead.objects.filter(lost_at__isnull=False):
        if lead.lost_at is not None:
            yield lead.lost_at, lead, Occasion.LOST
    met: set[int] = set()
    for meeting in Activity.objects.filter(kind=Activity.Kind.MEETING).select_related("lead").order_by("at", "pk"):
        if meeting.lead_id not in met:
            met.add(meeting.lead_id)
            yield meeting.at, meeting.lead, Occasion.MEETING


def _answered(request: FeedbackRequest, rep: Rep, *, at: datetime, chance: Random) -> None:
    """Those who sell well are liked better, a little; most people answer on the day, or not at all."""
    occasion = Occasion(request.occasion)
    answers, hours = chance.random() < ANSWERS[occasion], chance.lognormvariate(1.2, 1.4)
    _, skill = KEENNESS[rep.username]
    rating = min(5, max(1, round(chance.gauss(MEAN[occasion] + (skill - 1), 0.95))))
    says, which = chance.random() < SAYS_SOMETHING, chance.random()
    answered_at = request.due_at + timedelta(hours=hours)
    if not answers or answered_at > at:
        return
    words = GOOD if rating >= 4 else FAIR if rating == 3 else POOR
    request.state, request.rating, request.answered_at = FeedbackRequest.State.ANSWERED, rating, answered_at
    if says:
        request.words = words[int(which * len(words))].format(name=rep.name.split()[0])
