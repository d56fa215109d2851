"""What every test may ask for. The cast and the plans live beside the tests that use them."""

import importlib
import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path

import django_rq
import hypothesis
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.urls import get_resolver
from django.utils.module_loading import import_string
from pytest_django import Settings
from redis import Redis

from leadops.embedded import postgres, valkey
from routing import roster
from tests import migrated
from tests.chromium import ARGUMENTS, CHROMIUM
from tests.settings import EMBEDDED_POSTGRES, ROOM, TEST_DATABASE

# How long it takes to think of an example says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile("tests", suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


def pytest_report_header() -> str:
    if TEST_DATABASE == "sqlite":
        return "database: SQLite"
    return "database: PostgreSQL, " + ("that of DATABASE_URL" if EMBEDDED_POSTGRES is None else "embedded")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--asks-a-database", action="store_true", help="only tests that ask for a database: the rest runs with another"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test about the other database is not part of this run; a browser test needs a browser."""
    other = "postgres" if TEST_DATABASE == "sqlite" else "sqlite"
    only_asking = config.getoption("--asks-a-database")
    deselected = [
        item for item in items if item.get_closest_marker(other) or (only_asking and not asks_a_database(item))
    ]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        not_now = set(deselected)
        items[:] = [item for item in items if item not in not_now]
    for item in items:
        if item.get_closest_marker("browser") and not Path(CHROMIUM).exists():
            item.add_marker(pytest.mark.skip(reason=f"needs a browser at {CHROMIUM} (apt-get install chromium)"))


def asks_a_database(item: pytest.Item) -> bool:
    """Whether a test may ask a database anything: without one of these pytest-django forbids it."""
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is not None or bool(fixtures & DATABASE_FIXTURES)


DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A proof that did not run is no proof: with PROVE set, a skipped test has failed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("PROVE"):
        report.outcome = "failed"
        report.longrepr = f"not run, so not proved: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The embedded PostgreSQL, started by the first test that needs a database and stopped after the last; and the
    tables, copied."""
    with ExitStack() as stack:
        if TEST_DATABASE == "sqlite":
            migrated.sqlite_database(Path(connection.settings_dict["TEST"]["NAME"]))
        elif EMBEDDED_POSTGRES is not None:
            stack.enter_context(postgres.running(EMBEDDED_POSTGRES, durable=False))
            migrated.postgres_database(connection.settings_dict["TEST"]["NAME"], server=EMBEDDED_POSTGRES)
        yield


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database is taken as it was copied; it goes with the directory of the run. On a server that is not ours
    it is made and removed."""
    return TEST_DATABASE == "sqlite" or EMBEDDED_POSTGRES is not None


@pytest.fixture(scope="session", autouse=True)
def first_rows_return_after_each_flush() -> None:
    """A transactional test empties every table at its end, those that a migration filled too: Django then sends
    `post_migrate`, and the migration's rows come back."""
    first_rows = importlib.import_module("routing.migrations.0002_first_rows").first_rows
    make_roles = importlib.import_module("routing.migrations.0003_roles_and_forms").make_roles
    give_permissions = importlib.import_module("reps.migrations.0003_next_steps_recycling_mail").give_permissions
    let_ops_see_deliveries = importlib.import_module("reps.migrations.0005_first_news").let_ops_see_deliveries

    give_feedback = importlib.import_module("reps.migrations.0007_feedback").give_permissions

    def fill_again(**_: object) -> None:
        first_rows(apps, None)
        make_roles(apps, None)
        give_permissions(apps, None)
        let_ops_see_deliveries(apps, None)
        give_feedback(apps, None)

    post_migrate.connect(fill_again, sender=apps.get_app_config("routing"), weak=False)


@pytest.fixture(scope="session", autouse=True)
def all_pages_are_imported() -> None:
    """A module that is first imported while a test holds the clock would keep that test's clock for good."""
    assert get_resolver().url_patterns
    for name in settings.MIDDLEWARE:
        import_string(name)


@pytest.fixture(autouse=True)
def nothing_remembered_of_the_test_before() -> None:
    """Processes keep people and plans in memory while the database says they are current; each test has its own."""
    roster.forget()


@pytest.fixture(scope="session")
def redis_server() -> Iterator[None]:
    """The session's embedded Valkey, at settings.REDIS_URL."""
    with valkey.running(folder=ROOM / "valkey", socket=ROOM / "valkey.sock"):
        yield


@pytest.fixture
def redis(redis_server: None) -> Iterator[Redis]:
    """An empty Redis: what a test enqueues stays until the test runs a worker."""
    client = django_rq.get_connection("routing")
    client.flushall()
    yield client
    client.flushall()


@pytest.fixture
def redis_away(settings: Settings) -> None:
    """Redis, as the code under test sees it, is not there."""
    nowhere = {"URL": f"unix://{ROOM}/nobody-listens.sock"}
    settings.RQ_QUEUES = {name: queue | nowhere for name, queue in settings.RQ_QUEUES.items()}


@pytest.fixture
def process_environment(transactional_db: None) -> dict[str, str]:
    """The environment in which a child process sees this test's database and Redis."""
    database = connection.settings_dict
    name, host = str(database["NAME"]), str(database["HOST"])
    if connection.vendor == "sqlite":
        url = f"sqlite:///{name}"
    else:
        user = database["USER"] + (f":{database['PASSWORD']}" if database["PASSWORD"] else "")
        url = (
            f"postgres://{user}@/{host}/{name}"
            if host.startswith("/")
            else f"postgres://{user}@{host}:{database['PORT'] or 5432}/{name}"
        )
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "leadops.settings",
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URL,
    }


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Debian's chromium, quiet on the network."""
    return browser_type_launch_args | {
        "executable_path": CHROMIUM,
        "args": ARGUMENTS,
    }
