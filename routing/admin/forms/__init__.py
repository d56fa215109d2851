"""The forms of the admin: one module for each thing that is filled in."""

from .calendar import CalendarForm
from .qualification import DisqualifierForm, ScoreRuleForm
from .rep import RepForm
from .response_time import SlaPolicyForm
from .rule import RuleForm
from .settings import PlanSettingsForm
from .team import TeamForm
from .territory import TerritoryForm

__all__ = [
    "CalendarForm",
    "DisqualifierForm",
    "PlanSettingsForm",
    "RepForm",
    "RuleForm",
    "ScoreRuleForm",
    "SlaPolicyForm",
    "TeamForm",
    "TerritoryForm",
]
