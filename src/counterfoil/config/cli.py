"""The command ``counterfoil``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
from django.core.management import call_command
from django.db import DatabaseError

from counterfoil.config import preparation, processes
from counterfoil.config.demo_command import demo
from counterfoil.config.env import Misconfigured
from counterfoil.config.people_commands import user, workspace
from counterfoil.config.posting_commands import posting
from counterfoil.config.readiness import faults
from counterfoil.core.errors import CounterfoilError, Invalid

HELP = {"help_option_names": ["-h", "--help"], "max_content_width": 88}


class Commands(click.Group):
    """Tells what went wrong in a sentence; a traceback means that we have a bug."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Invalid as error:
            raise click.UsageError(str(error)) from error
        except (CounterfoilError, Misconfigured) as error:
            raise click.ClickException(str(error)) from error
        except DatabaseError as error:
            raise click.ClickException(preparation.unreachable(error)) from error
        finally:
            preparation.release()


@click.group(cls=Commands, context_settings=HELP)
@click.version_option(package_name="counterfoil")
def main() -> None:
    """Counterfoil: a self-hosted revenue desk, wired to QuickBooks Online.

    Try it with 'counterfoil demo'. Of your own: 'counterfoil migrate', 'workspace
    create', 'user create', then 'serve' and 'worker' side by side. Without DATABASE_URL
    an embedded PostgreSQL in COUNTERFOIL_HOME (./var) is used.
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address.")
@click.option(
    "--port",
    default=8000,
    show_default=True,
    envvar="PORT",
    type=click.IntRange(1, 65535),
    help="Port; also from PORT.",
)
@click.option(
    "--workers", default=2, show_default=True, type=click.IntRange(1), help="Processes."
)
@click.option(
    "--threads",
    default=8,
    show_default=True,
    type=click.IntRange(1),
    help="Threads in each process.",
)
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the pages with gunicorn until stopped.

    \b
    Examples:
      counterfoil serve
      counterfoil serve --host 0.0.0.0 --port 80 --workers 4
    """
    preparation.prepare()
    preparation.require_current_schema()
    processes.serve(host=host, port=port, workers=workers, threads=threads)


@main.command()
@click.option(
    "--concurrency",
    default=4,
    show_default=True,
    type=click.IntRange(1, 16),
    help="Jobs at the same time.",
)
def worker(concurrency: int) -> None:
    """Do the background work: send to and read from QuickBooks.

    Run as many as you like, on as many machines as you like. SIGTERM or Ctrl-C lets
    running jobs finish; a killed worker loses nothing.

    \b
    Example:
      counterfoil worker --concurrency 8
    """
    preparation.prepare()
    preparation.require_current_schema()
    processes.work(concurrency=concurrency)


@main.command()
def migrate() -> None:
    """Bring the database to this version; safe to repeat.

    \b
    Example:
      DATABASE_URL=postgresql://user:password@host/counterfoil counterfoil migrate
    """
    preparation.prepare()
    call_command("migrate", interactive=False, verbosity=1)


@main.command()
@click.option(
    "--deploy", is_flag=True, help="Check what a production server needs as well."
)
def check(*, deploy: bool) -> None:
    """Check the settings, the database and the programs.

    Ends with 1 when something is to be mended.

    \b
    Examples:
      counterfoil check
      counterfoil check --deploy
    """
    preparation.prepare()
    call_command("check", fail_level="ERROR")
    found = faults(deploy=deploy)
    for sentence in found:
        click.echo(f"- {sentence}", err=True)
    if found:
        raise click.ClickException(
            "One thing is to be mended."
            if len(found) == 1
            else f"{len(found)} things are to be mended."
        )
    click.echo("All is well.")


@main.command("retry-events")
def retry_events() -> None:
    """Hand out again the events that were given up.

    Given up are those that failed many times; 'counterfoil check' tells of them. A
    running worker does the work.

    \b
    Example:
      counterfoil retry-events
    """
    preparation.prepare()
    preparation.require_current_schema()
    from counterfoil.events import dispatch  # noqa: PLC0415  needs the settings

    count = dispatch.retry_failed(datetime.now(UTC))
    click.echo(f"To be handed out again: {count}.")


main.add_command(demo)
main.add_command(posting)
main.add_command(user)
main.add_command(workspace)
