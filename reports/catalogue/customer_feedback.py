"""What customers say of the work on their leads: 1 to 5, of those who answered."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db.models import Avg, Count, FloatField, Q

from reports.asked import Asked
from reports.columns import Counted, Unseen, share
from reports.dimensions import Paths
from reports.report import PEOPLE, Grouped
from reports.units import STARS
from reps.models.feedback import GOOD, FeedbackQuerySet

ANSWERED: Final = Q(rating__isnull=False)


class CustomerFeedback(Grouped):
    """The mean rating, how many were content, and how many answered."""

    slug = "customer-feedback"
    title = "Customer feedback"
    theme = PEOPLE
    about = (
        "What customers say of the work, from 1 (very unhappy) to 5 (very happy), and how many of those asked answer."
    )
    counts = "Customers asked in the period, each for the rep and the team whose work it was about."
    paths: ClassVar[Paths] = Paths(lead="lead__", rep="rep", rule="lead__rule", at="sent_at")
    groupings = ("rep", "team", "source", "band", "rule", "week", "month")
    charted = "mean_rating"
    columns = (
        Counted("asked", "Asked", "Customers who were asked in the period.", headline=True, of=Count("pk")),
        Counted("answered", "Answered", "Of these, those who gave a rating.", better="more",
                of=Count("pk", filter=ANSWERED)),
        share("answer_rate", "Answer rate", "answered", "asked", formula="Answered / asked.", headline=True),
        Counted("mean_rating", "Mean rating", "The mean of the ratings, 1 to 5, of those who answered.", STARS, "more",
                True, of=Avg("rating", output_field=FloatField())),
        Unseen("good", "", of=Count("pk", filter=Q(rating__gte=GOOD))),
        share("good_share", "Share of 4 and 5", "good", "answered", formula="Ratings of 4 and 5 / answered.",
              headline=True),
    )  # fmt: skip

    def counted(self, asked: Asked) -> FeedbackQuerySet:
        return asked.feedback()


REPORT = CustomerFeedback()
