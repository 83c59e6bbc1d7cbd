"""What the standstill of posting holds back is held back here as well."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction
from factories.records import make_contact
from pytest_django.fixtures import Settings
from support.desk import START, desk_of, linked, make_desk

from counterfoil.connections.models import Connection
from counterfoil.core.errors import Retryable
from counterfoil.core.secrets import generate_key
from counterfoil.crm.records import Change, write
from counterfoil.events.origin import Actor, Origin
from counterfoil.posting import mark, recovery
from counterfoil.posting.mark import Mark
from counterfoil.posting.models import Gate, Installation, Recovery, Restoration
from counterfoil.sync import marking
from counterfoil.sync.models import Outgoing
from counterfoil.sync.outgoing import push
from counterfoil.sync.outgoing.tasks import run_pushes

pytestmark = pytest.mark.django_db
ADA = Actor("user", "1", "Ada")


@pytest.fixture
def path(tmp_path: Path, settings: Settings) -> Path:
    settings.POSTING_MARK_FILE = str(tmp_path / "posting.json")
    return tmp_path / "posting.json"


@pytest.fixture
def waiting(path: Path) -> Connection:
    """A company whose customer is to get another telephone number."""
    assert recovery.fitness(START) is recovery.Fitness.FIT
    connection = make_desk()
    contact = make_contact(
        connection.workspace, first_name="Ada", last_name="King", phone="555-0001"
    )
    linked(
        connection, contact, given_name="Ada", family_name="King", email=contact.email
    )
    write(
        workspace=contact.workspace,
        changes=[Change("contact", {"phone": "555-0002"}, contact.pk, None)],
        actor=Actor.system(),
        origin=Origin.system(),
        now=START,
    )
    marking.mark(connection, "contacts", [contact.pk], run_id=None, now=START)
    return connection


def test_a_restored_database_writes_no_change_before_a_person_says_so(
    waiting: Connection, path: Path
) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 1, START))
    assert run_pushes(START) == 0
    assert push.push(waiting, now=START) == 0
    assert (desk_of(waiting).writes, Outgoing.objects.count()) == ([], 1)

    recovery.recovered(Gate.objects.get(pk=waiting.pk), START)
    assert run_pushes(START) == 0
    assert recovery.resume(actor=ADA, now=START) == 1
    assert run_pushes(START) == 1
    assert len(desk_of(waiting).writes) == 1


def test_a_restore_that_has_forgotten_only_changes_is_noticed_too(
    waiting: Connection, path: Path
) -> None:
    backup = transaction.savepoint()
    assert run_pushes(START) == 1
    left = mark.read(path)
    assert left is not None
    assert left.count == Installation.objects.get().sent == 1
    transaction.savepoint_rollback(backup)

    assert run_pushes(START) == 0
    assert Restoration.objects.get().forgotten == 1
    assert len(desk_of(waiting).writes) == 1


def test_what_is_about_to_be_written_when_the_database_goes_back_is_not(
    waiting: Connection, path: Path
) -> None:
    own = Installation.objects.get()
    mark.keep(path, Mark(own.number, own.sent + 1, START))
    with pytest.raises(Retryable, match="the database was restored"):
        recovery.count(START)
    assert Installation.objects.get().sent == own.sent


def test_a_copy_of_the_database_writes_no_change(
    waiting: Connection, settings: Settings
) -> None:
    settings.ENCRYPTION_KEYS = generate_key()
    assert run_pushes(START) == 0
    assert push.push(waiting, now=START) == 0
    assert (desk_of(waiting).writes, Outgoing.objects.count()) == ([], 1)


def test_a_company_that_is_held_keeps_no_other_from_its_changes(
    waiting: Connection,
) -> None:
    held = make_desk()
    Gate.objects.create(connection=held, recovery=Recovery.PERSON)
    assert run_pushes(START) == 1
    assert len(desk_of(waiting).writes) == 1
