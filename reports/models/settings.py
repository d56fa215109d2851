"""By team, what its reports show to whom."""

from django.db import models

from routing.models import Team


class TeamReportSettings(models.Model):
    """A team without a row has these defaults."""

    team = models.OneToOneField(Team, on_delete=models.CASCADE, related_name="report_settings")
    leaderboard_for_reps = models.BooleanField("the team's reps see the leaderboard", default=True)

    class Meta:
        ordering = ["team"]
        verbose_name = verbose_name_plural = "report settings"

    def __str__(self) -> str:
        return f"Report settings of {self.team}"
