"""``counterfoil workspace`` and ``counterfoil user``."""

from __future__ import annotations

import secrets
import shlex
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
from django.db import transaction

from counterfoil.config.preparation import prepare, require_current_schema

if TYPE_CHECKING:
    from counterfoil.workspaces.models import Workspace

ROLES = ("owner", "admin", "accounting", "sales", "read_only")


@click.group()
def workspace() -> None:
    """Make workspaces: one for each business."""


@workspace.command("create")
@click.argument("name")
@click.option("--currency", default="USD", show_default=True, help="Home currency.")
@click.option("--time-zone", default="UTC", show_default=True, help="For its dates.")
@click.option("--country", default="US", show_default=True, help="Two letters.")
@click.option("--language", default="en", show_default=True, help="en, ko, pt-br, pl.")
@click.option("--owner", metavar="EMAIL", help="A user who is to own it.")
def create_workspace(name: str, **options: str | None) -> None:
    """Make a workspace named NAME.

    \b
    Example:
      counterfoil workspace create "Harbour Coffee" --currency USD \\
          --time-zone America/New_York --country US --language en
    """
    prepare()
    require_current_schema()
    from counterfoil.workspaces import people  # noqa: PLC0415  needs the settings
    from counterfoil.workspaces.models import Role, User  # noqa: PLC0415

    now = datetime.now(UTC)
    owner = None
    if options["owner"]:
        owner = User.objects.filter(email__iexact=options["owner"]).first()
        if owner is None:
            raise click.UsageError(
                f"Nobody has the address {options['owner']}: leave --owner out, then "
                "use 'counterfoil user create EMAIL --workspace NAME --role owner'."
            )
    with transaction.atomic():
        made = people.create_workspace(
            name=name,
            home_currency=(options["currency"] or "").upper(),
            time_zone=options["time_zone"] or "",
            country=(options["country"] or "").upper(),
            language=options["language"] or "",
            now=now,
        )
        if owner:
            people.add_member(workspace=made, user=owner, role=Role.OWNER, now=now)
    click.echo(f"Workspace {made.name} is made; its number is {made.pk}.")


@click.group()
def user() -> None:
    """Make users: people who sign in with their e-mail address."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="Full name; the address if left out.")
@click.option("--workspace", "where", help="Name or number of a workspace to join.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    default="sales",
    show_default=True,
    help="What they are in the workspace.",
)
@click.option("--password-stdin", is_flag=True, help="Read the password from a pipe.")
@click.option("--password-generated", is_flag=True, help="Make one and print it once.")
def create_user(email: str, **options: Any) -> None:
    """Make a user with the address EMAIL.

    Asks for a password unless told otherwise.

    \b
    Examples:
      counterfoil user create ada@example.com --name "Ada Moss" \\
          --workspace "Harbour Coffee" --role owner
      counterfoil user create bo@example.com --password-generated
      pass show bo | counterfoil user create bo@example.com --password-stdin
    """
    prepare()
    require_current_schema()
    from counterfoil.workspaces import people  # noqa: PLC0415  needs the settings
    from counterfoil.workspaces.models import Role  # noqa: PLC0415

    now = datetime.now(UTC)
    joined = _workspace(options["where"]) if options["where"] else None
    password = _password(
        piped=options["password_stdin"], generated=options["password_generated"]
    )
    with transaction.atomic():
        made = people.create_user(
            email=email, name=options["name"], password=password, now=now
        )
        if joined:
            role = Role(options["role"])
            people.add_member(workspace=joined, user=made, role=role, now=now)
    click.echo(
        f"{made.email} may sign in now"
        + (f" and is {options['role']} of {joined.name}." if joined else ".")
    )
    if options["password_generated"]:
        click.echo(f"Password: {password}")


def _workspace(named: str) -> Workspace:
    from counterfoil.workspaces.models import Workspace  # noqa: PLC0415

    by_number = Workspace.objects.filter(pk=int(named)) if named.isdecimal() else None
    found = list(by_number or Workspace.objects.filter(name=named)[:2])
    if not found:
        raise click.UsageError(
            f"There is no workspace {named}: make it first with "
            f"'counterfoil workspace create {shlex.quote(named)}'."
        )
    if len(found) > 1:
        raise click.UsageError(
            f"More than one workspace is named {named}: give its number instead, as "
            "'counterfoil workspace create' printed it."
        )
    return found[0]


def _password(*, piped: bool, generated: bool) -> str:
    if piped and generated:
        raise click.UsageError(
            "Choose one of --password-stdin and --password-generated."
        )
    if generated:
        return secrets.token_urlsafe(15)
    if piped:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise click.UsageError(
            "There is no terminal to ask for a password: use --password-stdin or "
            "--password-generated."
        )
    answer: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer
