"""The plan as a document: read from YAML, made whole, checked, compared by digest, written again.

One shape for the file, the admin, the published version and the engine. Plain Python; no database, no clock.
"""

from .canonical import canonical, digest, people_half, plan_half
from .checking import check
from .finding import Finding
from .loading import load
from .merging import complete
from .reading import read
from .schema import json_schema
from .writing import write

__all__ = [
    "Finding",
    "canonical",
    "check",
    "complete",
    "digest",
    "json_schema",
    "load",
    "people_half",
    "plan_half",
    "read",
    "write",
]
