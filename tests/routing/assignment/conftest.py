"""What tests of the one door share."""

import pytest

from routing.models import Stage


@pytest.fixture
def stage():
    """A stage by its slug."""
    return lambda slug: Stage.objects.get(slug=slug)
