"""A list of very many rows is counted and filtered without reading them all, and says so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from routing.admin import long_lists
from routing.models import User
from tests.cast import lead

pytestmark = pytest.mark.django_db
LIST = "/admin/routing/lead/"


@pytest.fixture
def boss(client) -> User:
    boss = User.objects.create_superuser("boss")
    client.force_login(boss)
    return boss


def test_a_short_list_is_counted_to_its_end(client, boss, monkeypatch):
    monkeypatch.setattr(long_lists, "COUNTED", 3)
    for _ in range(3):
        lead()
    page = client.get(LIST)
    assert page.context["cl"].result_count == 3
    assert "more than" not in page.content.decode()


def test_a_long_list_says_that_there_are_more(client, boss, monkeypatch):
    monkeypatch.setattr(long_lists, "COUNTED", 3)
    for _ in range(4):
        lead()
    page = client.get(LIST)
    assert "more than 3" in page.content.decode()
    assert page.context["cl"].paginator.num_pages == 1


def test_no_filter_asks_for_the_values_of_all_rows(client, boss):
    lead(band="hot")
    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST)
    assert "?band=hot" in page.content.decode()
    assert not any("DISTINCT" in query["sql"] for query in queries)


def test_what_is_chosen_can_be_chosen_however_long_ago_it_was(client, boss, monkeypatch):
    lead(band="hot")
    lead(band="cold")
    monkeypatch.setattr(long_lists, "RECENT", 1)
    page = client.get(f"{LIST}?band=hot")
    assert page.context["cl"].result_count == 1
    assert [row.band for row in page.context["cl"].result_list] == ["hot"]
