"""What the analyst's wing keeps: exports, weekly mails, targets with their warnings, proposals of weights, and by team
what its reports show to whom.
"""

from .export import ExportPart, ExportRun
from .settings import TeamReportSettings
from .subscription import Addressee, Subscription
from .targets import EarlyWarning, Target, Watch
from .weights import WeightLine, WeightProposal

__all__ = [
    "Addressee",
    "EarlyWarning",
    "ExportPart",
    "ExportRun",
    "Subscription",
    "Target",
    "TeamReportSettings",
    "Watch",
    "WeightLine",
    "WeightProposal",
]
