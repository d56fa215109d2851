"""Settings of the test run: everything in a temporary directory on this machine, whatever `.env` says.

TEST_DATABASE=postgres runs the tests on PostgreSQL: the server of DATABASE_URL where that names one, else an embedded
one.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

ROOM = Path(tempfile.mkdtemp(prefix="leadops-test-"))
ROOM.chmod(0o755)  # an embedded PostgreSQL started by root runs as somebody else
atexit.register(shutil.rmtree, ROOM, ignore_errors=True)

EMBEDDED_POSTGRES = ROOM / "postgres"
TEST_DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
# Kept aside for the processes that a parallel run starts: what they inherit as DATABASE_URL is ours, set below.
GIVEN_DATABASE_URL = os.environ.setdefault("TEST_GIVEN_DATABASE_URL", os.environ.get("DATABASE_URL", ""))

match TEST_DATABASE:
    case "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{ROOM}/unused.sqlite3"
    case "postgres" if not GIVEN_DATABASE_URL.startswith(("postgres", "psql", "pgsql")):
        os.environ["DATABASE_URL"] = f"postgres://postgres@/{EMBEDDED_POSTGRES}/postgres"
    case "postgres":
        EMBEDDED_POSTGRES = None
    case _:
        raise ValueError(f"TEST_DATABASE is {TEST_DATABASE!r}; it may be 'sqlite' or 'postgres'.")

os.environ |= {
    "DEBUG": "on",
    "VAR_DIR": str(ROOM / "var"),
    "REDIS_URL": f"unix://{ROOM}/valkey.sock",
    "EMAIL_URL": "memorymail://",
    "TIME_ZONE": "UTC",
    "LOG_LEVEL": "WARNING",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # the browser's event loop runs in the thread of the tests
}

from leadops.settings import *  # noqa: E402, F403
from leadops.settings import DATABASES  # noqa: E402

if TEST_DATABASE == "sqlite":
    # A file, not memory: threads and processes of a test share it as they would share the real one.
    DATABASES["default"]["TEST"] = {"NAME": str(ROOM / "test.sqlite3")}
elif EMBEDDED_POSTGRES is not None:
    DATABASES["default"]["TEST"] = {"NAME": "test_leadops"}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
