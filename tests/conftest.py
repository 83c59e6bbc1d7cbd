"""What every test stands on: settings for tests, the database, the rules per folder.

``tests/unit`` opens no socket and no database; everything else may talk to this machine
only. The database is ``DATABASE_URL`` where that is set, and otherwise an embedded
PostgreSQL in ``COUNTERFOIL_HOME`` (``var/test``) that is started for the run.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import HealthCheck, settings as random_examples

ROOT = Path(__file__).resolve().parent.parent
TESTS = ROOT / "tests"
os.environ["COUNTERFOIL_MODE"] = "test"
os.environ["DJANGO_SETTINGS_MODULE"] = "counterfoil.config.settings"
os.environ.setdefault("COUNTERFOIL_HOME", str(ROOT / "var" / "test"))
# The workers of one run inherit it.
os.environ.setdefault("COUNTERFOIL_TEST_RUN", str(os.getpid()))
# Playwright keeps an event loop in the thread of the test, which Django would take
# for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Whitenoise warns of a missing folder, and warnings are errors.
Path(os.environ["COUNTERFOIL_HOME"], "static").mkdir(parents=True, exist_ok=True)
# Here and not in pyproject.toml: the settings must be read after the lines above.
django.setup()

from django.db import connection  # noqa: E402

from counterfoil.config import embedded  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django import DjangoDbBlocker
    from support.simulator import Simulator

# The same commit gets the same answer, on a busy machine as well: the same examples
# every time, and no example is asked how long it took. "explore" (make soak) draws
# others each time.
random_examples.register_profile(
    "gate",
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
random_examples.register_profile(
    "explore",
    random_examples.get_profile("gate"),
    derandomize=False,
    print_blob=True,
)
random_examples.load_profile("gate")

# Whoever asks a program of the tests over HTTP and names no time waits for so many
# seconds: a busy machine may well take httpx's own five.
for part in ("connect", "read", "write", "pool"):
    setattr(DEFAULT_TIMEOUT_CONFIG, part, 60)

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
NO_CHROMIUM = (
    "no Chromium: install it with 'apt-get install chromium fonts-dejavu-core' or "
    "set CHROMIUM to its path"
)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "browser: drives Chromium")
    config.addinivalue_line("markers", "slow: takes more than ten seconds")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.relative_to(TESTS).parts[0]
        if folder == "unit":
            _hold_to_unit_rules(item)
        else:
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
        if folder == "browser" or "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            if not chromium():
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


def _hold_to_unit_rules(item: pytest.Item) -> None:
    wanted = {"db", "transactional_db", "live_server", "django_db_setup"}
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") or wanted & fixtures:
        message = f"{item.nodeid}: a unit test may not use the database"
        raise pytest.UsageError(message)
    item.add_marker(pytest.mark.disable_socket)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server that this run started, once all its workers are done."""
    is_controller = not hasattr(config, "workerinput")
    note = _started_note()
    if is_controller and note.exists():
        note.unlink()
        embedded.stop(_home())


def chromium() -> str | None:
    """Find Chromium: ``CHROMIUM``, or the one of the system."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def _home() -> Path:
    return Path(os.environ["COUNTERFOIL_HOME"]).absolute()


def _started_note() -> Path:
    return _home() / f"started-by-{os.environ['COUNTERFOIL_TEST_RUN']}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Start the embedded server when the first test wants a database."""
    if os.environ.get("DATABASE_URL"):
        return
    was_running = embedded.is_running(_home())
    embedded.ensure(_home(), durable=False)
    if not was_running:
        _started_note().touch()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Close what threads of a live server still hold, so that the database can go.

    Its own connection as well: after a browser, Django keeps another for this thread.
    """
    yield
    with django_db_blocker.unblock():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
        connection.close()


@pytest.fixture
def now() -> datetime:
    """The moment at which tests take place: a Wednesday morning."""
    return datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """One QuickBooks Online per file, with its usual companies."""
    from support.simulator import serving  # noqa: PLC0415  slow to import

    with serving(tmp_path_factory.mktemp("simulator")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium per file; tests make their own contexts in it.

    Playwright keeps an event loop running in the thread while it is started, which
    other files' tests must not find there.
    """
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415  slow to import
    from support.browser import PATIENCE  # noqa: PLC0415

    expect.set_options(timeout=PATIENCE)
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        yield running
        running.close()
