"""Proposals of a team's next weights, with the numbers they rest on and what became of them."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from reports.statistics.output import Output
from routing.models import Rep, Team


class WeightProposal(models.Model):
    """One proposal for a team. The numbers stay as they were; a decision is made once."""

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        APPROVED = "approved", "approved as proposed"
        EDITED = "edited", "approved with changes"
        DISMISSED = "dismissed", "dismissed"

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="weight_proposals", db_index=False)
    made_at = models.DateTimeField(default=now)
    made_by = models.ForeignKey("routing.User", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    since = models.DateTimeField(help_text="Leads captured from here on are counted.")
    until = models.DateTimeField(help_text="Up to here, and no more.")
    state = models.CharField(max_length=12, choices=State, default=State.PROPOSED)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "routing.User", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(state="proposed"),
                name="one_open_weight_proposal_per_team",
                violation_error_message="This team has a proposal that nobody has decided on yet.",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", decided_at__isnull=True)
                | (~Q(state="proposed") & Q(decided_at__isnull=False)),
                name="a_decided_weight_proposal_says_when",
                violation_error_message="A proposal has a time of decision exactly when it was decided on.",
            ),
        ]
        indexes = [models.Index(fields=["team", "-decided_at"], name="weight_proposals_of_a_team")]

    def __str__(self) -> str:
        return f"Weights for {self.team}, {self.made_at:%Y-%m-%d}"


class WeightLine(models.Model):
    """One member in a proposal: their weight, the one proposed, the one approved, and the output it rests on."""

    proposal = models.ForeignKey(WeightProposal, on_delete=models.CASCADE, related_name="lines")
    rep = models.ForeignKey(Rep, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField()
    weight = models.PositiveIntegerField("weight when it was proposed", validators=[MaxValueValidator(1000)])
    proposed = models.PositiveIntegerField(validators=[MaxValueValidator(1000)])
    approved = models.PositiveIntegerField(null=True, blank=True, validators=[MaxValueValidator(1000)])
    pays_for = models.FloatField(
        default=1.0,
        help_text="The output that the proposed weight rewards, so that the next proposal does not reward it again.",
    )
    leads = models.PositiveIntegerField()
    won = models.PositiveIntegerField()
    expected = models.FloatField()
    allowing_for_luck = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "rep"], name="one_line_per_weight_proposal_and_rep"),
            models.CheckConstraint(
                condition=Q(weight__lte=1000, proposed__lte=1000) & (Q(approved=None) | Q(approved__lte=1000)),
                name="weight_line_0_to_1000",
                violation_error_message="A weight goes from 0 to 1000.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rep}: {self.weight} to {self.proposed}"

    @property
    def output(self) -> Output:
        """What the numbers were."""
        return Output(self.leads, self.won, self.expected, self.allowing_for_luck, self.low, self.high)
