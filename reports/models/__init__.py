"""What the analyst's wing keeps: exports, proposals of weights, and by team what its reports show to whom."""

from .export import ExportPart, ExportRun
from .settings import TeamReportSettings
from .weights import WeightLine, WeightProposal

__all__ = ["ExportPart", "ExportRun", "TeamReportSettings", "WeightLine", "WeightProposal"]
