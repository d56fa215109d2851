"""Reports are asked at one moment, of one generated past."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from reports.asked import Asked
from reports.filters import ReportFilter
from reports.registry import reports
from reports.table import Table
from routing.models import User
from tests.cast import cast as everybody
from tests.cast import person
from tests.reports.past import NOW, a_past

CHICAGO = ZoneInfo("America/Chicago")


@pytest.fixture
def past(db: None) -> SimpleNamespace:
    """The cast with a past, and Root, who sees all."""
    company = a_past()
    company.root = person("root", is_superuser=True, is_staff=True, timezone="America/Chicago")
    return company


@pytest.fixture
def cast(db: None) -> SimpleNamespace:
    """The cast without a past, and Root, who sees all."""
    company = everybody()
    company.root = person("root", is_superuser=True, is_staff=True, timezone="America/Chicago")
    return company


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands at the end of the past, for pages and for the API."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)
    return NOW


def asked(slug: str, viewer: User, zone: ZoneInfo = CHICAGO, **data: Any) -> Asked:
    """What somebody asks of a report, as an address would."""
    form = ReportFilter({"period": "all-time"} | data, report=reports()[slug], viewer=viewer, at=NOW, zone=zone)
    assert form.is_valid(), form.errors
    return form.asked()


def table(slug: str, viewer: User, **data: Any) -> Table:
    """What a report answers."""
    return reports()[slug].table(asked(slug, viewer, **data))


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
