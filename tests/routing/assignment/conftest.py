"""What tests of the one door share."""

import importlib
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from routing.models import Stage


@pytest.fixture
def stage():
    """A stage by its slug."""
    return lambda slug: Stage.objects.get(slug=slug)


@pytest.fixture
def from_the_past():
    """Does what the migration did with a site that had leads already."""
    migration = importlib.import_module("routing.migrations.0013_moves_of_the_past")
    return lambda: migration.write_moves_of_the_past(apps, SimpleNamespace(connection=connection))
