"""Who sees the pages that belong to no wing, and with which policy."""

import pytest
from django.test import Client

from leadops.content_security import EASIER, STRICT, written
from routing.models import User


@pytest.fixture
def dana() -> User:
    """A manager: staff, and no superuser."""
    return User.objects.create_user("dana", password="not asked for", is_staff=True)


@pytest.fixture
def operator() -> User:
    return User.objects.create_superuser("operator", password="not asked for")


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/rq/", "/rq/stats.json/", "/rq/queues/0/", "/rq/workers/0/"])
def test_queue_pages_are_for_superusers_only(
    address: str, client: Client, dana: User, operator: User, redis: object
) -> None:
    client.force_login(dana)
    assert client.get(address).status_code == 302

    client.force_login(operator)
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_staff_do_not_find_the_queues_in_the_admin(client: Client, operator: User) -> None:
    client.force_login(operator)
    assert client.get("/admin/django_rq/dashboard/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "policy"),
    [("/healthz", STRICT), ("/log-in/", STRICT), ("/api/docs/", STRICT), ("/admin/", EASIER), ("/nowhere/", STRICT)],
)
def test_every_page_has_the_policy_of_its_place(address: str, policy: dict[str, str], client: Client) -> None:
    assert client.get(address).headers["Content-Security-Policy"] == written(policy)


@pytest.mark.django_db
def test_the_documentation_asks_no_other_machine(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui-bundle.js" in page
    assert "//" not in page.replace("http://testserver", "").split("<body>")[0]
