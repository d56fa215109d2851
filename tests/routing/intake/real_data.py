"""Where the real files for tests lie, beside the project."""

from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "../shared/data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the folder ../shared/data with real files is not here")
