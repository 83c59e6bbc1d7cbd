"""``counterfoil posting``: what to do after a restore."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

import click

from counterfoil.config.preparation import prepare, require_current_schema

STANDING = {
    "fit": "This machine may send.",
    "copy": "This database was used with other keys: it is a copy, and sends nothing.",
    "stranger": (
        "This machine has no mark of the database, so nothing is sent from here. Was the"
        " database restored from a backup? Then run 'counterfoil posting resume'. Is it"
        " up to date, and only the machine new? Then run 'counterfoil posting join'."
    ),
}


@click.group()
def posting() -> None:
    """See whether documents are sent; go on after a restore."""


@posting.command()
def status() -> None:
    """Say whether this machine may send, and which companies are held.

    \b
    Example:
      counterfoil posting status
    """
    _prepared()
    from counterfoil.posting import recovery  # noqa: PLC0415  needs the settings

    click.echo(STANDING[recovery.fitness(datetime.now(UTC)).value])
    stand = recovery.standstill()
    if stand is None:
        click.echo("No company is held.")
        return
    noticed = f"{stand.restoration.noticed_at:%Y-%m-%d %H:%M} UTC"
    forgotten = stand.restoration.forgotten
    click.echo(
        f"Restored, noticed at {noticed}; requests it has forgotten: {forgotten}."
    )
    for each in stand.companies:
        read = "read" if each.is_read else "not read yet"
        about = f"{each.connection.name}: {read}, unknown documents: {each.orphans}"
        click.echo(f"- {about}. {each.error}".rstrip())


@posting.command()
def resume() -> None:
    """Go on sending after a restore.

    First every company's books must have been read: a running worker does that, in some
    minutes. On a machine that does not know the database, the first call says that it was
    restored, and the second goes on.

    \b
    Example:
      counterfoil posting resume
    """
    _prepared()
    from counterfoil.events.origin import Actor  # noqa: PLC0415  needs the settings
    from counterfoil.posting import recovery  # noqa: PLC0415

    now = datetime.now(UTC)
    standing = recovery.fitness(now)
    if standing is recovery.Fitness.COPY:
        raise click.ClickException(STANDING["copy"])
    if standing is recovery.Fitness.STRANGER:
        recovery.begin_anew(now)
        click.echo(
            "Every company is held. Its books are read first; then run it again."
        )
        return
    actor = Actor("system", "", getpass.getuser())
    click.echo(f"Companies that go on: {recovery.resume(actor=actor, now=now)}.")


@posting.command()
def join() -> None:
    """Let a new machine send for a database that is up to date.

    \b
    Example:
      counterfoil posting join
    """
    _prepared()
    from counterfoil.posting import recovery  # noqa: PLC0415  needs the settings

    now = datetime.now(UTC)
    if recovery.fitness(now) is recovery.Fitness.COPY:
        raise click.ClickException(STANDING["copy"])
    recovery.join(now)
    click.echo(STANDING["fit"])


def _prepared() -> None:
    prepare()
    require_current_schema()
