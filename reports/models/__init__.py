"""What the analyst's wing keeps."""

from .export import ExportPart, ExportRun

__all__ = ["ExportPart", "ExportRun"]
