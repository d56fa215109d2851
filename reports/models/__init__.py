"""What the analyst's wing keeps: proposals of weights, and by team what its reports show to whom."""

from .settings import TeamReportSettings
from .weights import WeightLine, WeightProposal

__all__ = ["TeamReportSettings", "WeightLine", "WeightProposal"]
