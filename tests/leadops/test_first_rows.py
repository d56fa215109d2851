"""The rows that every database starts with are there for each test, transactional or not."""

import pytest

from routing.models import Stage


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", [1, 2], ids=["first", "again"])
def test_a_transactional_test_leaves_the_first_rows_for_the_next(time: int) -> None:
    assert Stage.objects.filter(kind="new").exists()
