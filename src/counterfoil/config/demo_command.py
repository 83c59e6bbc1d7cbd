"""``counterfoil demo``: everything at once, on this machine only."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from django.core.management import call_command

from counterfoil.config import embedded, preparation
from counterfoil.config.problems import Problem, full_disk, plainly
from counterfoil.config.processes import require_free
from counterfoil.demo import simulator
from counterfoil.demo.household import Household, Process

HOST = "127.0.0.1"
NEEDED_BYTES = 200 * 1024 * 1024
STATE = ("simulator", "log", "secrets", "static")
PORT = click.IntRange(1, 65535)
PRODUCTION_ONLY = ("DATABASE_URL", "DATABASE_URL_FILE")


@click.command()
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    type=PORT,
    help="Port of the pages; also from PORT.",
)
@click.option(
    "--simulator-port",
    default=8090,
    show_default=True,
    envvar="SIMULATOR_PORT",
    type=PORT,
    help="Port of the simulated QuickBooks; also from SIMULATOR_PORT.",
)
@click.option("--reset", is_flag=True, help="Delete the demo's data and start afresh.")
def demo(port: int, simulator_port: int, *, reset: bool) -> None:
    """Try it with demo data and a simulated QuickBooks.

    Ctrl-C stops it. State is kept in ./var, or in the folder that COUNTERFOIL_HOME
    names, and is found again by the next run.

    \b
    Examples:
      counterfoil demo
      PORT=8001 SIMULATOR_PORT=8091 counterfoil demo
      counterfoil demo --reset
    """
    if port == simulator_port:
        raise click.UsageError(
            f"PORT and SIMULATOR_PORT are both {port}: they must differ."
        )
    if any(os.environ.pop(name, None) for name in PRODUCTION_ONLY):
        click.echo("The demo has a database of its own: DATABASE_URL is not used.")
    os.environ["COUNTERFOIL_MODE"] = "development"
    os.environ["COUNTERFOIL_BASE_URL"] = f"http://{HOST}:{port}"
    home = preparation.state_folder()
    household = Household(home)
    with _alone(home):
        try:
            household.stop_leftovers()
            require_free(HOST, port, "PORT")
            require_free(HOST, simulator_port, "SIMULATOR_PORT")
            if reset:
                _forget(home)
            household.listen()
            _run(household, home, port=port, simulator_port=simulator_port)
        finally:
            household.stop()
            embedded.stop(home)
    click.echo("\nStopped. The data is kept; 'make demo' starts it again.")


def _run(household: Household, home: Path, *, port: int, simulator_port: int) -> None:
    if not household.told_to_stop:
        click.echo("Preparing the database and the demo data ...")
        preparation.prepare()
        _fill()
    data = home / "simulator"
    fake = simulator.process(data=data, port=simulator_port, web_port=port)
    if household.told_to_stop or not household.start(fake):
        return
    environment = simulator.settings(data=data, port=simulator_port)
    for process in _product(household, environment, port=port):
        if not household.start(process):
            return
    click.echo(_welcome(home, port=port, simulator_port=simulator_port))
    household.watch()


def _product(
    household: Household, environment: dict[str, str], *, port: int
) -> list[Process]:
    program = Path(sys.executable).with_name("counterfoil")
    return [
        Process(
            name="web",
            command=[program, "serve", "--host", HOST, "--port", str(port)],
            environment=environment,
            is_ready=lambda: simulator.answers(f"http://{HOST}:{port}/livez"),
        ),
        Process(
            name="worker",
            command=[program, "worker"],
            environment=environment,
            is_ready=lambda: "worker_started" in household.log("worker").read_text(),
        ),
    ]


def _fill() -> None:
    from counterfoil.demo.seed import seed  # noqa: PLC0415  needs the settings

    call_command("migrate", interactive=False, verbosity=0)
    seed(datetime.now(UTC))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Hold the state folder: two demos in one would fight over everything."""
    with plainly(home):
        missing = [path for path in (home, *home.parents) if not path.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            # Root's database runs as another user, who has to pass.
            folder.chmod(0o755)
        if not os.access(home, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError(None, "", str(home))
        if shutil.disk_usage(home).free < NEEDED_BYTES:
            raise Problem(full_disk(home))
        lock = (home / "demo.lock").open("w")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(
                f"The demo is running already with {home}: stop it with Ctrl-C, or "
                "set COUNTERFOIL_HOME to another folder."
            ) from None
        yield


def _forget(home: Path) -> None:
    embedded.destroy(home)
    with plainly(home):
        for name in STATE:
            if (home / name).exists():
                shutil.rmtree(home / name)


def _welcome(home: Path, *, port: int, simulator_port: int) -> str:
    from counterfoil.demo.cast import LOGIN, PASSWORD  # noqa: PLC0415

    return f"""
  Counterfoil is ready.

    Counterfoil            http://{HOST}:{port}
    Simulated QuickBooks   http://{HOST}:{simulator_port}
    Sign in                {LOGIN}   {PASSWORD}

  What to try first
    1. Settings > Integrations > QuickBooks Online: connect a company.
    2. Open the deal "Spring conference breakfasts" and choose Create invoice:
       its quote Q-0218 can be invoiced, and the other two say why they cannot.
    3. On the simulator's page send the invoice and receive a payment,
       and watch the deal's page follow by itself.

  Logs are in {home / "log"}. Ctrl-C stops everything and keeps the data.
"""
